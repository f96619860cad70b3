-- The latest decision counts, whenever it was reported.
with

committed as (
    {{ committed_reports('mode_exceptions') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by
                programme_id
            order by
                decided_on desc nulls last,
                reported_at desc nulls last,
                review_on desc nulls last,
                reason desc nulls last
        ) as decision_rank
    from committed
),

renamed as (
    select
        ---------- ids
        programme_id,
        ---------- strings
        reason,
        ---------- dates
        decided_on,
        review_on
    from ranked
    where decision_rank = 1
)

select * from renamed
