-- The latest decision counts, whenever it was reported.
with

committed as (
    {{ committed_reports('mode_references') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by
                outcome_category
            order by
                adopted_on desc nulls last,
                reported_at desc nulls last,
                delivery_mode desc nulls last,
                adopted_by_role desc nulls last
        ) as decision_rank
    from committed
),

renamed as (
    select
        ---------- strings
        outcome_category,
        delivery_mode,
        adopted_by_role,
        ---------- dates
        adopted_on
    from ranked
    where decision_rank = 1
)

select * from renamed
