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

kpi_measures as (
    select
        anchor,
        'all' as measure
    from kpis
    union
    select
        anchor,
        numerator_column as measure
    from kpis
    union
    select
        anchor,
        denominator_column as measure
    from kpis
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    {{ only_touched('touched_waterfalls', 'programme_id') }}
),

{{ rows_with_reasons(dimensions) }},

counted as (
    select
        source_fact,
        anchor,
        {{ cell | join(',\n        ') }},
        reason,
        measure,
        count(*) as row_count,
        sum(case when amount <> 0 then 1 else 0 end) as hit_count
    from reasoned
    group by source_fact, anchor, {{ cell | join(', ') }}, reason, measure
),

-- Rows of each reason, of them those in the base, and of these those in the numerator.
of_kpis as (
    select
        kpis.kpi_id,
        {{ 'counted.' ~ cell | join(',\n        counted.') }},
        counted.reason,
        sum(case when counted.measure = 'all' then counted.row_count else 0 end)
            as all_count,
        sum(
            case
                when counted.measure = kpis.denominator_column then counted.row_count
                else 0
            end
        ) as base_count,
        sum(
            case
                when counted.measure = kpis.numerator_column then counted.hit_count
                else 0
            end
        ) as value_count
    from kpis
    inner join counted
        on
            kpis.source_fact = counted.source_fact
            and kpis.anchor = counted.anchor
            and counted.measure
            in ('all', kpis.denominator_column, kpis.numerator_column)
    group by
        kpis.kpi_id,
        {{ 'counted.' ~ cell | join(', counted.') }},
        counted.reason
),

numbered as (
    {% for step in steps -%}
        select
            {{ loop.index }} as step_no,
            '{{ step }}' as step
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

removed as (
    select
        of_kpis.kpi_id,
        {{ 'of_kpis.' ~ cell | join(',\n        of_kpis.') }},
        numbered.step_no,
        numbered.step,
        sum(of_kpis.all_count) as all_count,
        sum(
            case
                when numbered.step = of_kpis.reason
                    then of_kpis.all_count - of_kpis.base_count
                when numbered.step = 'value'
                    then of_kpis.base_count - of_kpis.value_count
                else 0
            end
        ) as removed_count
    from of_kpis
    cross join numbered
    group by
        of_kpis.kpi_id,
        {{ 'of_kpis.' ~ cell | join(', of_kpis.') }},
        numbered.step_no,
        numbered.step
)

select
    kpi_id,
    {{ cell | join(',\n    ') }},
    step,
    cast(step_no as bigint) as step_no,
    cast(removed_count as bigint) as removed_count,
    cast(
        all_count - sum(removed_count) over (
            partition by kpi_id, {{ cell | join(', ') }}
            order by step_no asc
            rows between unbounded preceding and current row
        ) as bigint
    ) as remaining_count
from removed
