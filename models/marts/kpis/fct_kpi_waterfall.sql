{{ config(
    materialized='incremental',
    unique_key='programme_id',
    meta={'touched': 'touched_waterfalls'},
) }}

{%- set dimensions = ['delivery_mode', 'outcome_category', 'programme_id'] -%}
{%- set cell = dimensions + ['period_start_date'] -%}
{#- Between all rows and the base, the reasons of waterfall_reason, in its order. -#}
{%- set steps = [
    'all', 'waived', 'excluded', 'immature', 'left', 'unmatched', 'outside', 'base',
    'value',
] %}

with

kpis as (
    select
        kpi_id,
        source_fact,
        anchor,
        numerator_column,
        denominator_column
    from {{ ref('kpis') }}
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    {{ only_touched('touched_waterfalls', 'programme_id') }}
),

{{ learners_by_reason(dimensions) }},

-- After which step rows are left out; those of the value go on after the last.
steps as (
    {% for step in steps -%}
        select
            {{ loop.index }} as step_no,
            '{{ step }}' as step
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

left_out as (
    select
        of_learners.kpi_id,
        {{ 'of_learners.' ~ cell | join(',\n        of_learners.') }},
        of_learners.learner_key,
        steps.step_no,
        case
            when steps.step = 'value'
                then of_learners.base_count - of_learners.value_count
            else of_learners.all_count - of_learners.base_count
        end as row_count
    from of_learners
    inner join steps on steps.step in ('value', of_learners.reason)
    union all
    select
        kpi_id,
        {{ cell | join(',\n        ') }},
        learner_key,
        {{ steps | length + 1 }} as step_no,
        value_count as row_count
    from of_learners
),

-- A learner goes on for as long as one of the rows does.
last_steps as (
    select
        kpi_id,
        {{ cell | join(',\n        ') }},
        learner_key,
        max(step_no) as step_no
    from left_out
    where row_count > 0
    group by kpi_id, {{ cell | join(', ') }}, learner_key
),

-- Summed by step before every step is set beside every other one.
exits as (
    select
        kpi_id,
        {{ cell | join(',\n        ') }},
        step_no,
        sum(row_count) as row_count,
        0 as learner_count
    from left_out
    group by kpi_id, {{ cell | join(', ') }}, step_no
    union all
    select
        kpi_id,
        {{ cell | join(',\n        ') }},
        step_no,
        0 as row_count,
        count(learner_key) as learner_count
    from last_steps
    group by kpi_id, {{ cell | join(', ') }}, step_no
)

select
    exits.kpi_id,
    {{ 'exits.' ~ cell | join(',\n    exits.') }},
    steps.step,
    cast(steps.step_no as bigint) as step_no,
    {{ counted_at_step('learner', '=') }} as removed_learner_count,
    {{ counted_at_step('learner', '>') }} as remaining_learner_count,
    {{ counted_at_step('row', '=') }} as removed_row_count,
    {{ counted_at_step('row', '>') }} as remaining_row_count
from exits
cross join steps
group by
    exits.kpi_id,
    {{ 'exits.' ~ cell | join(',\n    exits.') }},
    steps.step,
    steps.step_no
