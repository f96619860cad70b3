{%- set first_month = '%02d' % (var('fiscal_year_start_month') | int) -%}
with

plans as (
    select * from {{ ref('stg_organisation__plans') }}
),

measures as (
    select
        *,
        'value' as measure,
        planned_value as planned
    from plans
    union all
    select
        *,
        'completions' as measure,
        cast(planned_completions as double) as planned
    from plans
    union all
    select
        *,
        'enrolments' as measure,
        cast(planned_enrolments as double) as planned
    from plans
)

select
    ---------- ids
    kpi_id,
    coalesce(programme_id, 'all') as programme_id,
    ---------- strings
    measure,
    ---------- numerics
    fiscal_year,
    cast(planned as double) as planned,
    ---------- dates
    cast({{ dbt.dateadd(
        'year', 'cast(fiscal_year - 2000 as integer)',
        "cast('2000-" ~ first_month ~ "-01' as date)"
    ) }} as date) as year_start_date
from measures
where planned is not null
