{#- The published cubes, and each cohort as a whole. -#}
{%- set grains = [
    [],
    ['delivery_mode'],
    ['outcome_category'],
    ['delivery_mode', 'outcome_category'],
    ['programme_id'],
    ['business_unit'],
    ['business_unit', 'outcome_category'],
    ['region'],
    ['cohort_id'],
] -%}
{%- set dimensions = [
    'delivery_mode',
    'outcome_category',
    'programme_id',
    'cohort_id',
    'business_unit',
    'region',
] -%}
{%- set periods = ['first_quarter_date', 'last_quarter_date'] -%}
{%- set cell = ['kpi_id', 'is_open_ended'] + periods + dimensions %}

with

-- A value that is not reached yet counts as larger than any other: who has not finished
-- takes longer than everyone who has.
observed as (
    select
        *,
        coalesce(value, cast('infinity' as double)) as ranked_value
    from {{ ref('fct_kpi_values') }}
),

quarters as (
    select distinct period_start_date as quarter_date from observed
),

-- A year is the four quarters up to each quarter.
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
        observed.*,
        windows.first_quarter_date,
        windows.last_quarter_date
    from observed
    inner join windows
        on
            observed.period_start_date >= windows.first_quarter_date
            and observed.period_start_date <= windows.last_quarter_date
),

in_lifetimes_of_cohorts as (
    select
        *,
        min(period_start_date) over (partition by kpi_id, cohort_id)
            as first_quarter_date,
        max(period_start_date) over (partition by kpi_id, cohort_id)
            as last_quarter_date
    from observed
),

in_cubes as (
    {% for grain in grains -%}
        select
            kpi_id,
            is_open_ended,
            {{ periods | join(', ') }},
            {%- for dimension in dimensions %}
                {%- if dimension in grain %}
                    {{ dimension }},
                {%- else %}
                    'all' as {{ dimension }},
                {%- endif %}
            {%- endfor %}
            learner_key,
            ranked_value
        from {{ 'in_lifetimes_of_cohorts' if 'cohort_id' in grain else 'in_windows' }}
        {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

quantiles as (
    select
        {{ cell | join(',\n        ') }},
        count(distinct learner_key) as learner_count,
        percentile_cont(0.5) within group (order by ranked_value) as median_value,
        percentile_cont(0.9) within group (order by ranked_value) as p90_value,
        percentile_disc(0.5) within group (order by ranked_value) as half_reached
    from in_cubes
    group by
        {{ cell | join(',\n        ') }}
),

-- The time until half have finished is the day on which they had, never one between.
statistics as (
    select
        quantiles.*,
        'median' as statistic,
        case
            when not quantiles.is_open_ended then quantiles.median_value
            when quantiles.half_reached < cast('infinity' as double)
                then quantiles.half_reached
        end as value
    from quantiles
    union all
    select
        quantiles.*,
        'p90' as statistic,
        quantiles.p90_value as value
    from quantiles
    where not quantiles.is_open_ended
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
    first_quarter_date as period_start_date,
    {{ day_after(dbt.dateadd('month', 3, 'last_quarter_date'), '-1') }}
        as period_end_date
from statistics
