{#- Why a row `facts` of a fact is not in the base of a KPI of an anchor; `known_until` is
    its programme's row, `of_enrolments` that of an attendance's enrolment. -#}
{% macro waterfall_reason(fact, anchor) -%}
    {%- if fact == 'fct_enrolments' -%}
        case
            when facts.is_waived then 'waived'
            when facts.is_excluded then 'excluded'
            {%- if anchor == 'due_quarter_date' %}
            when facts.due_at > known_until.as_of then 'immature'
            {%- elif anchor == 'matured_quarter_date' %}
            when not (facts.is_matured and facts.is_activity_known) then 'immature'
            {%- endif %}
            when facts.left_at is not null or facts.status = 'transferred' then 'left'
            when not facts.has_activity_evidence then 'unmatched'
            else 'outside'
        end
    {%- else -%}
        case
            when of_enrolments.is_waived then 'waived'
            when facts.is_excluded then 'excluded'
            when of_enrolments.is_withdrawn or of_enrolments.left_at is not null
                then 'left'
            when not facts.is_matched or facts.attendance_status = 'unknown'
                then 'unmatched'
            else 'outside'
        end
    {%- endif -%}
{%- endmacro %}

{#- CTEs, the last one `reasoned`: all rows of the facts as measure all, and each of their
    measures, with the anchor, the quarter and the reason; in an increment those of touched
    programmes. The CTE kpi_measures has the measures of each anchor. -#}
{% macro rows_with_reasons(dimensions) -%}
{%- set touched = only_touched('touched_waterfalls', 'programme_id') -%}
{%- call(fact, about) for_each_kpi_fact(',', 'reasons') -%}
{%- set columns = dimensions + about.reasons + about.quarters -%}
rows_of_{{ fact }} as (
    select
        {{ columns | join(',\n        ') }},
        'all' as measure,
        1.0 as amount
    from {{ ref(fact) }}
    {{ touched }}
    union all
    select
        {{ columns | join(',\n        ') }},
        measure,
        amount
    from {{ measures(ref(fact), columns, rows=touched) }} as amounts
)
{%- endcall %},

reasoned as (
    {%- call(fact, about) for_each_kpi_fact('union all', 'reasons') -%}
    {%- for quarter in about.quarters %}
    select
        '{{ fact }}' as source_fact,
        '{{ quarter }}' as anchor,
        {%- for dimension in dimensions %}
        facts.{{ dimension }},
        {%- endfor %}
        facts.{{ quarter }} as period_start_date,
        {{ waterfall_reason(fact, quarter) }} as reason,
        facts.measure,
        facts.amount
    from rows_of_{{ fact }} as facts
    left join known_until on facts.programme_id = known_until.programme_id
    left join enrolments as of_enrolments
        on facts.enrolment_id = of_enrolments.enrolment_id
    where
        facts.{{ quarter }} is not null
        and facts.measure in (
            select kpi_measures.measure from kpi_measures
            where kpi_measures.anchor = '{{ quarter }}'
        )
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- endcall %}
)
{%- endmacro %}
