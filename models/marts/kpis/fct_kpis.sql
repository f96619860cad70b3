{{ config(
    materialized='incremental',
    unique_key=['programme_id', 'cohort_id'],
    meta={'touched': 'touched_cohorts'},
) }}

{#- The facts that carry measures, each with the quarters that date its KPIs. -#}
{%- set facts = {
    'fct_enrolments': ['matured_quarter_date', 'due_quarter_date'],
    'fct_learner_engagement': ['matured_quarter_date'],
    'fct_activity_windows': ['window_quarter_date'],
    'fct_activity_attempts': ['matured_quarter_date'],
    'fct_submissions': ['due_quarter_date'],
    'fct_session_attendances': ['session_quarter_date'],
    'kpi_time_to_completion': ['matured_quarter_date'],
    'kpi_cost_per_completion': ['posted_quarter_date'],
} -%}
{%- set dimensions = [
    'delivery_mode',
    'outcome_category',
    'programme_id',
    'cohort_id',
    'business_unit',
    'region',
    'learner_key',
] -%}
{%- set cell = dimensions[:-1] + ['period_start_date'] %}

with

kpis as (
    select * from {{ ref('kpis') }}
),

registered as (
    select
        kpi_id,
        source_fact,
        anchor,
        numerator_column as measure,
        true as is_numerator
    from kpis
    union all
    select
        kpi_id,
        source_fact,
        anchor,
        denominator_column as measure,
        false as is_numerator
    from kpis
),

measured as (
    {% for fact, quarters in facts.items() -%}
        select
            registered.kpi_id,
            {%- for dimension in dimensions %}
                {%- if dimension in ['business_unit', 'region'] %}
                    coalesce(amounts.{{ dimension }}, 'unknown') as {{ dimension }},
                {%- else %}
                    amounts.{{ dimension }},
                {%- endif %}
            {%- endfor %}
            case registered.anchor
                {%- for quarter in quarters %}
                    when '{{ quarter }}' then amounts.{{ quarter }}
                {%- endfor %}
            end as period_start_date,
            registered.is_numerator,
            amounts.amount
        from {{ measures(
            ref(fact),
            dimensions + quarters,
            rows=only_touched('touched_cohorts', ['programme_id', 'cohort_id'])
        ) }} as amounts
        inner join registered
            on
                amounts.measure = registered.measure
                and registered.source_fact = '{{ fact }}'
        {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

-- Summed by learner first: a learner then counts once, without a second pass.
of_learners as (
    select
        kpi_id,
        {{ cell | join(',\n        ') }},
        learner_key,
        {{ decimal_sum('case when is_numerator then amount end') }} as numerator,
        {{ decimal_sum('case when not is_numerator then amount end') }} as denominator
    from measured
    group by
        kpi_id,
        {{ cell | join(',\n        ') }},
        learner_key
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
    ---------- dates
    period_start_date,
    ---------- numerics
    {{ double_sum('numerator') }} as numerator,
    {{ double_sum('denominator') }} as denominator,
    cast(count(learner_key) as bigint) as learner_count
from of_learners
group by
    kpi_id,
    {{ cell | join(',\n    ') }}
having count(denominator) > 0
