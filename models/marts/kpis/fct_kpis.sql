{{ config(
    materialized='incremental',
    unique_key=['programme_id', 'cohort_id'],
    meta={'touched': 'touched_cohorts'},
) }}

{%- set dimensions = [
    'delivery_mode',
    'outcome_category',
    'programme_id',
    'cohort_id',
    'business_unit',
    'region',
] -%}
{%- set cell = dimensions + ['period_start_date'] %}

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
    {{ amounts_of_kpis(dimensions) }}
),

-- Summed by learner first: a learner then counts once, without a second pass.
of_learners as (
    select
        kpi_id,
        {{ cell | join(',\n        ') }},
        learner_key,
        max(people_count) as people_count,
        max(case when is_numerator and amount <> 0 then people_count end)
            as numerator_people_count,
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
    cast(
        coalesce(
            max(numerator_people_count),
            count(case when numerator <> 0 then learner_key end)
        ) as bigint
    ) as numerator_learner_count,
    cast(coalesce(max(people_count), count(learner_key)) as bigint)
        as denominator_learner_count
from of_learners
group by
    kpi_id,
    {{ cell | join(',\n    ') }}
having count(denominator) > 0
