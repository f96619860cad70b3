{#- How evenly regions finish: the lowest over the highest ratio of finished to expected
    enrolments, expected if each region finished each programme like all regions together
    (indirect standardisation). Programmes of one region alone say nothing about it. -#}
{{ config(
    materialized='incremental',
    unique_key=['kpi_id', 'period_start_date', 'period_end_date', 'cohort_id'],
) }}

{%- set grains = [
    [], ['delivery_mode'], ['outcome_category'], ['delivery_mode', 'outcome_category'],
] -%}
{%- set dimensions = [
    'delivery_mode', 'outcome_category', 'programme_id', 'cohort_id', 'business_unit',
    'region',
] -%}
{%- set period = ['kpi_id', 'period_start_date', 'period_end_date'] -%}

with

rated as (
    select
        registered.kpi_id,
        enrolments.learner_key,
        enrolments.programme_id,
        coalesce(enrolments.delivery_mode, 'unknown') as delivery_mode,
        enrolments.outcome_category,
        enrolments.region,
        enrolments.matured_quarter_date,
        enrolments.completion_rate_numerator as finished_count
    from {{ ref('fct_enrolments') }} as enrolments
    cross join {{ ref('kpis') }} as registered
    where
        registered.numerator_column = 'completion_rate_numerator'
        and enrolments.completion_rate_denominator = 1
        and enrolments.region <> 'unknown'
        and enrolments.matured_quarter_date is not null
),

quarters as (
    select distinct matured_quarter_date as quarter_date from rated
),

{{ statistic_windows() }},

in_windows as (
    select
        rated.*,
        windows.period_start_date,
        windows.period_end_date
    from rated
    inner join windows
        on
            rated.matured_quarter_date >= windows.period_start_date
            and rated.matured_quarter_date <= windows.period_end_date
),

{% for grain in grains -%}
    {{ regions_compared('grain_' ~ loop.index, 'in_windows', period + grain) }},

{% endfor -%}
compared as (
    {% for grain in grains -%}
        {%- set cell = period + grain %}
        select
            {{ period | join(',\n            ') }},
            {%- for dimension in dimensions %}
                {{ dimension if dimension in grain else "'all' as " ~ dimension }},
            {%- endfor %}
            count(*) as region_count,
            min(learner_count) as learner_count,
            min(ratio) / nullif(max(ratio), 0.0) as value
        from grain_{{ loop.index }}_regions
        group by {{ cell | join(', ') }}
        having count(*) > 1
        {% if not loop.last %}union all{% endif %}
    {% endfor -%}
)

select
    ---------- ids
    kpi_id,
    ---------- strings
    {{ dimensions | join(',\n    ') }},
    'access_parity' as statistic,
    ---------- numerics
    value,
    cast(region_count as bigint) as region_count,
    cast(learner_count as bigint) as learner_count,
    ---------- dates
    period_start_date,
    period_end_date
from compared
