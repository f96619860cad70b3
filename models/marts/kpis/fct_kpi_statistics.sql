{#- The cubes that leaders see, and each cohort as a whole. -#}
{%- set grains = [
    [],
    ['delivery_mode'],
    ['outcome_category'],
    ['delivery_mode', 'outcome_category'],
    ['programme_id'],
    ['business_unit'],
    ['business_unit', 'outcome_category'],
    ['region'],
] -%}
{%- set dimensions = [
    'delivery_mode',
    'outcome_category',
    'programme_id',
    'cohort_id',
    'business_unit',
    'region',
] %}

with

engagement as (
    select * from {{ ref('fct_learner_engagement') }}
),

submissions as (
    select * from {{ ref('fct_submissions') }}
),

timings as (
    select * from {{ ref('kpi_time_to_completion') }}
),

timing_kpis as (
    select kpi_id from {{ ref('kpis') }}
    where source_fact = 'kpi_time_to_completion'
),

-- One row per person's number. A number is open-ended where some people have none yet:
-- who has not finished takes longer than anybody who has.
numbers as (
    select
        'best_streak' as kpi_id,
        learner_key,
        delivery_mode,
        outcome_category,
        programme_id,
        cohort_id,
        business_unit,
        region,
        matured_quarter_date as quarter_date,
        cast(best_day_streak as double) as number,
        false as is_open_ended
    from engagement
    where best_day_streak is not null and active_days_per_learner_denominator = 1
    union all
    select
        'submission_lateness' as kpi_id,
        learner_key,
        delivery_mode,
        outcome_category,
        programme_id,
        cohort_id,
        business_unit,
        region,
        due_quarter_date as quarter_date,
        lateness_days as number,
        false as is_open_ended
    from submissions
    where late_submission_rate_denominator = 1
    union all
    select
        timing_kpis.kpi_id,
        timings.learner_key,
        timings.delivery_mode,
        timings.outcome_category,
        timings.programme_id,
        timings.cohort_id,
        timings.business_unit,
        timings.region,
        timings.matured_quarter_date as quarter_date,
        coalesce(
            cast(timings.days_to_completion as double), cast('infinity' as double)
        ) as number,
        true as is_open_ended
    from timings
    cross join timing_kpis
),

described as (
    select
        kpi_id,
        learner_key,
        coalesce(delivery_mode, 'unknown') as delivery_mode,
        outcome_category,
        programme_id,
        cohort_id,
        coalesce(business_unit, 'unknown') as business_unit,
        coalesce(region, 'unknown') as region,
        quarter_date,
        number,
        is_open_ended
    from numbers
    where quarter_date is not null
),

quarters as (
    select distinct quarter_date from described
),

-- A year looks back from the end of each of its quarters.
windows as (
    select
        quarter_date as first_quarter_date,
        quarter_date as last_quarter_date
    from quarters
    union all
    select
        cast({{ dbt.dateadd('month', -9, 'quarter_date') }} as date)
            as first_quarter_date,
        quarter_date as last_quarter_date
    from quarters
),

in_windows as (
    select
        described.*,
        windows.first_quarter_date as period_start_date,
        windows.last_quarter_date
    from described
    inner join windows
        on
            described.quarter_date >= windows.first_quarter_date
            and described.quarter_date <= windows.last_quarter_date
),

in_cohorts as (
    select
        *,
        min(quarter_date) over (partition by kpi_id, cohort_id) as period_start_date,
        max(quarter_date) over (partition by kpi_id, cohort_id) as last_quarter_date
    from described
),

in_cubes as (
    {% for grain in grains -%}
        select
            kpi_id,
            learner_key,
            {%- for dimension in dimensions %}
                {%- if dimension in grain %}
                    {{ dimension }},
                {%- else %}
                    'all' as {{ dimension }},
                {%- endif %}
            {%- endfor %}
            period_start_date,
            last_quarter_date,
            number,
            is_open_ended
        from in_windows
        union all
    {% endfor -%}
    select
        kpi_id,
        learner_key,
        'all' as delivery_mode,
        'all' as outcome_category,
        'all' as programme_id,
        cohort_id,
        'all' as business_unit,
        'all' as region,
        period_start_date,
        last_quarter_date,
        number,
        is_open_ended
    from in_cohorts
),

ranked as (
    select
        kpi_id,
        delivery_mode,
        outcome_category,
        programme_id,
        cohort_id,
        business_unit,
        region,
        period_start_date,
        last_quarter_date,
        is_open_ended,
        count(distinct learner_key) as learner_count,
        percentile_cont(0.5) within group (order by number) as middle,
        percentile_cont(0.9) within group (order by number) as high,
        percentile_disc(0.5) within group (order by number) as reached
    from in_cubes
    group by
        kpi_id,
        delivery_mode,
        outcome_category,
        programme_id,
        cohort_id,
        business_unit,
        region,
        period_start_date,
        last_quarter_date,
        is_open_ended
),

-- How long until half have finished is the day on which they have, not one between.
statistics as (
    select
        ranked.*,
        'median' as statistic,
        case
            when not ranked.is_open_ended then ranked.middle
            when ranked.reached < cast('infinity' as double) then ranked.reached
        end as value
    from ranked
    union all
    select
        ranked.*,
        'p90' as statistic,
        ranked.high as value
    from ranked
    where not ranked.is_open_ended
)

select
    ---------- ids
    kpi_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    programme_id,
    cohort_id,
    business_unit,
    region,
    statistic,
    ---------- numerics
    cast(value as double) as value,
    cast(learner_count as bigint) as learner_count,
    ---------- dates
    period_start_date,
    {{ day_after(dbt.dateadd('month', 3, 'last_quarter_date'), '-1') }}
        as period_end_date
from statistics
