-- Statistics over periods that hold a changed value, and over the lifetimes, as they
-- were and as they are, of cohorts that have one; and changed agreements of
-- raters and parities of regions.
{{ config(
    meta={'key': ['kpi_id', 'period_start_date', 'period_end_date', 'cohort_id']},
) }}

with

changed_values as (
    select * from {{ changes_of('fct_kpi_values') }}
),

kpi_values as (
    select * from {{ ref('fct_kpi_values') }}
),

statistics_before as (
    select * from {{ previous('fct_kpi_statistics') }}
),

changed_quarters as (
    select distinct
        kpi_id,
        period_start_date as quarter_date
    from changed_values
),

changed_cohorts as (
    select distinct
        kpi_id,
        cohort_id
    from changed_values
),

quarters as (
    select distinct period_start_date as quarter_date from kpi_values
    union
    select quarter_date from changed_quarters
),

-- A window ends in each quarter that any KPI has a value in, so that the first value of
-- a quarter adds a window to every KPI, and the last one removed takes it away.
added_or_gone as (
    select quarter_date
    from (
        select distinct period_start_date as quarter_date from kpi_values
        union all
        select distinct period_start_date as quarter_date from statistics_before
        where
            statistic = 'median'
            and cohort_id = 'all'
            and period_end_date = {{ end_of_quarter('period_start_date') }}
    ) as both_sets
    group by quarter_date
    having count(*) = 1
),

kpis as (
    select distinct kpi_id from kpi_values
    union
    select kpi_id from changed_quarters
),

of_windows as (
    select
        changed_quarters.kpi_id,
        quarters.quarter_date
    from changed_quarters
    inner join quarters
        on
            changed_quarters.quarter_date <= quarters.quarter_date
            and quarters.quarter_date
            <= {{ dbt.dateadd('month', 9, 'changed_quarters.quarter_date') }}
    union
    select
        kpis.kpi_id,
        added_or_gone.quarter_date
    from added_or_gone
    cross join kpis
),

of_cohorts as (
    select
        kpi_values.kpi_id,
        kpi_values.cohort_id,
        min(kpi_values.period_start_date) as first_quarter_date,
        max(kpi_values.period_start_date) as last_quarter_date
    from kpi_values
    inner join changed_cohorts
        on
            kpi_values.kpi_id = changed_cohorts.kpi_id
            and kpi_values.cohort_id = changed_cohorts.cohort_id
    group by kpi_values.kpi_id, kpi_values.cohort_id
)

select
    kpi_id,
    quarter_date as period_start_date,
    {{ end_of_quarter('quarter_date') }} as period_end_date,
    'all' as cohort_id
from of_windows
union
select
    kpi_id,
    cast({{ dbt.dateadd('month', -9, 'quarter_date') }} as date) as period_start_date,
    {{ end_of_quarter('quarter_date') }} as period_end_date,
    'all' as cohort_id
from of_windows
union
select
    kpi_id,
    first_quarter_date as period_start_date,
    {{ end_of_quarter('last_quarter_date') }} as period_end_date,
    cohort_id
from of_cohorts
union
select
    statistics_before.kpi_id,
    statistics_before.period_start_date,
    statistics_before.period_end_date,
    statistics_before.cohort_id
from statistics_before
inner join changed_cohorts
    on
        statistics_before.kpi_id = changed_cohorts.kpi_id
        and statistics_before.cohort_id = changed_cohorts.cohort_id
union
select
    kpi_id,
    period_start_date,
    period_end_date,
    cohort_id
from {{ changes_of('fct_rating_agreements') }}
union
select
    kpi_id,
    period_start_date,
    period_end_date,
    cohort_id
from {{ changes_of('fct_access_parities') }}
