{#- The published cubes, and each cohort as a whole. -#}
{%- set grains = [
    [], ['delivery_mode'], ['outcome_category'], ['delivery_mode', 'outcome_category'],
    ['programme_id'], ['business_unit'], ['business_unit', 'outcome_category'],
    ['region'], ['cohort_id'],
] -%}
{%- set dimensions = [
    'delivery_mode', 'outcome_category', 'programme_id', 'cohort_id', 'business_unit',
    'region',
] -%}
{%- set key = ['kpi_id', 'period_start_date', 'period_end_date', 'cohort_id'] -%}
{%- set cell = ['kpi_id', 'is_open_ended', 'period_start_date', 'period_end_date'] -%}
with

observed as (
    select * from {{ ref('fct_kpi_values') }}
),

quarters as (
    select distinct period_start_date as quarter_date from observed
),

{{ statistic_windows() }},

read_windows as (
    select * from windows
    {{ only_touched('touched_statistics', ['period_start_date', 'period_end_date']) }}
),

in_windows as (
    select
        observed.kpi_id,
        observed.is_open_ended,
        observed.learner_key,
        observed.value,
        {%- for dimension in dimensions if dimension != 'cohort_id' %}
            observed.{{ dimension }},
        {%- endfor %}
        'all' as cohort_id,
        read_windows.period_start_date,
        read_windows.period_end_date
    from observed
    inner join read_windows
        on
            observed.period_start_date >= read_windows.period_start_date
            and observed.period_start_date <= read_windows.period_end_date
),

touched_windows as (
    select * from in_windows
    {{ only_touched('touched_statistics', key) }}
),

in_lifetimes_of_cohorts as (
    select
        kpi_id,
        is_open_ended,
        learner_key,
        value,
        cohort_id,
        min(period_start_date) over (partition by kpi_id, cohort_id)
            as period_start_date,
        {{ end_of_quarter(
            'max(period_start_date) over (partition by kpi_id, cohort_id)'
        ) }} as period_end_date
    from observed
    {{ only_touched('touched_statistics', 'cohort_id') }}
),

touched_lifetimes as (
    select * from in_lifetimes_of_cohorts
    {{ only_touched('touched_statistics', key) }}
),

{% for grain in grains -%}
    {%- set rows = 'lifetimes' if 'cohort_id' in grain else 'windows' -%}
    {{ quantiles('of_grain_' ~ loop.index, 'touched_' ~ rows, cell + grain) }},

{% endfor -%}
statistics as (
    {% for grain in grains -%}
        select
            kpi_id,
            is_open_ended,
            period_start_date,
            period_end_date,
            {%- for dimension in dimensions %}
                {{ dimension if dimension in grain else "'all' as " ~ dimension }},
            {%- endfor %}
            learner_count,
            half_reached,
            median_value,
            p90_value
        from of_grain_{{ loop.index }}
        {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

-- The time until half have finished is the day on which they had, never one between.
listed as (
    select
        *,
        'median' as statistic,
        case when is_open_ended then half_reached else median_value end as value
    from statistics
    union all
    select
        *,
        'p90' as statistic,
        p90_value as value
    from statistics
    where not is_open_ended
),

of_others as (
    {% for model in ['fct_rating_agreements', 'fct_access_parities'] -%}
        select
            kpi_id,
            {{ dimensions | join(',\n            ') }},
            statistic,
            value,
            learner_count,
            period_start_date,
            period_end_date
        from {{ ref(model) }}
        {{ only_touched('touched_statistics', key) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor -%}
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
    learner_count,
    ---------- dates
    period_start_date,
    period_end_date
from listed
union all
select * from of_others
