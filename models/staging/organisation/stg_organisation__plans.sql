with

committed as (
    {{ committed_reports('plans') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'kpi_id',
                'fiscal_year',
                "coalesce(programme_id, '')",
            ],
            content=['planned_value', 'planned_completions', 'planned_enrolments']
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        kpi_id,
        programme_id,
        ---------- numerics
        fiscal_year,
        planned_value,
        planned_completions,
        planned_enrolments
    from ranked
    where report_rank = 1
)

select * from renamed
