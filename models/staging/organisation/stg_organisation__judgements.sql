-- The latest decision counts, whenever it was reported.
with

committed as (
    {{ committed_reports('judgements') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by
                question,
                coalesce(candidate, '')
            order by
                judged_on desc nulls last,
                reported_at desc nulls last,
                judgement desc nulls last,
                judged_by_role desc nulls last,
                candidate desc nulls last,
                note desc nulls last
        ) as decision_rank
    from committed
),

renamed as (
    select
        ---------- strings
        question,
        candidate,
        judgement,
        judged_by_role,
        note,
        ---------- dates
        judged_on
    from ranked
    where decision_rank = 1
)

select * from renamed
