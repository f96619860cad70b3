{#- Why a row `facts` of a fact is not in the base of a KPI of an anchor; `known_until` is
    its programme's row, `of_enrolments` that of its enrolment. -#}
{% macro waterfall_reason(fact, anchor) -%}
    {%- set terms = 'facts' if fact == 'fct_enrolments' else 'of_enrolments' -%}
    {%- if fact != 'fct_session_attendances' -%}
        case
            when {{ terms }}.is_waived then 'waived'
            when {{ terms }}.is_excluded then 'excluded'
            {%- if anchor == 'due_quarter_date' %}
            when facts.due_at > known_until.as_of then 'immature'
            {%- elif anchor == 'matured_quarter_date' %}
            when not ({{ terms }}.is_matured and {{ terms }}.is_activity_known)
                then 'immature'
            {%- endif %}
            when {{ terms }}.left_at is not null or {{ terms }}.status = 'transferred'
                then 'left'
            when not {{ terms }}.has_activity_evidence then 'unmatched'
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

{#- CTEs, the last one `reasoned`: how many rows of each learner each fact has as measure
    all, and as each of its measures, with the anchor, the quarter and the reason; in an
    increment those of touched programmes. The CTE kpi_measures has the measures of each
    anchor. -#}
{% macro rows_with_reasons(dimensions) -%}
{%- set touched = only_touched('touched_waterfalls', 'programme_id') -%}
{%- call(fact, about) for_each_kpi_fact(',', 'reasons') -%}
{%- set columns = dimensions + ['learner_key'] + about.reasons + about.quarters -%}
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
        {%- for dimension in dimensions + ['learner_key'] %}
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
            where
                kpi_measures.source_fact = '{{ fact }}'
                and kpi_measures.anchor = '{{ quarter }}'
        )
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- endcall %}
)
{%- endmacro %}

{#- CTEs, the last one `of_learners`: per KPI, cell, learner and reason how many rows there
    are, how many of them are in the base, and of these in the numerator. It reads the CTEs
    kpis, known_until and enrolments. -#}
{% macro learners_by_reason(dimensions) -%}
{%- set cell = dimensions + ['period_start_date'] -%}
kpi_measures as (
    select
        kpi_id,
        source_fact,
        anchor,
        'all' as measure,
        'all' as part
    from kpis
    union all
    select
        kpi_id,
        source_fact,
        anchor,
        denominator_column as measure,
        'base' as part
    from kpis
    union all
    select
        kpi_id,
        source_fact,
        anchor,
        numerator_column as measure,
        'value' as part
    from kpis
),

{{ rows_with_reasons(dimensions) }},

counted as (
    select
        source_fact,
        anchor,
        {{ cell | join(',\n        ') }},
        learner_key,
        reason,
        measure,
        count(*) as row_count,
        sum(case when amount <> 0 then 1 else 0 end) as hit_count
    from reasoned
    group by
        source_fact,
        anchor,
        {{ cell | join(', ') }},
        learner_key,
        reason,
        measure
),

of_learners as (
    select
        kpi_measures.kpi_id,
        {{ 'counted.' ~ cell | join(',\n        counted.') }},
        counted.learner_key,
        counted.reason,
        {%- for part in ['all', 'base', 'value'] %}
        sum(
            case
                when kpi_measures.part = '{{ part }}'
                    then counted.{{ 'hit' if part == 'value' else 'row' }}_count
                else 0
            end
        ) as {{ part }}_count{{ ',' if not loop.last }}
        {%- endfor %}
    from counted
    inner join kpi_measures
        on
            counted.source_fact = kpi_measures.source_fact
            and counted.anchor = kpi_measures.anchor
            and counted.measure = kpi_measures.measure
    group by
        kpi_measures.kpi_id,
        {{ 'counted.' ~ cell | join(', counted.') }},
        counted.learner_key,
        counted.reason
)
{%- endmacro %}

{#- How many learners or rows of `exits` leave at a step (=), or go on after it (>). -#}
{% macro counted_at_step(unit, sign) -%}
    cast(
        sum(
            case when exits.step_no {{ sign }} steps.step_no then exits.{{ unit }}_count
            else 0 end
        ) as bigint
    )
{%- endmacro %}

{#- A query of the programmes with a changed row in a fact that has a waterfall. -#}
{% macro programmes_with_changed_rows() -%}
    {%- call(fact, about) for_each_kpi_fact('union', 'reasons') -%}
    select programme_id from {{ changes_of(fact) }}
    {%- endcall -%}
{%- endmacro %}
