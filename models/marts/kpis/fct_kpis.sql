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
] %}

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
                amounts.{{ dimension }},
            {%- endfor %}
            case registered.anchor
                {%- for quarter in quarters %}
                    when '{{ quarter }}' then amounts.{{ quarter }}
                {%- endfor %}
            end as period_start_date,
            registered.is_numerator,
            amounts.amount
        from {{ measures(ref(fact), dimensions + quarters) }} as amounts
        inner join registered
            on
                amounts.measure = registered.measure
                and registered.source_fact = '{{ fact }}'
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
    coalesce(business_unit, 'unknown') as business_unit,
    coalesce(region, 'unknown') as region,
    ---------- dates
    period_start_date,
    ---------- numerics
    {{ exact_sum('case when is_numerator then amount end') }} as numerator,
    {{ exact_sum('case when not is_numerator then amount end') }} as denominator,
    cast(count(distinct learner_key) as bigint) as learner_count
from measured
group by
    kpi_id,
    delivery_mode,
    outcome_category,
    programme_id,
    cohort_id,
    coalesce(business_unit, 'unknown'),
    coalesce(region, 'unknown'),
    period_start_date
having count(case when not is_numerator then amount end) > 0
