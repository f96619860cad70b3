{#- The facts whose KPIs are compared, each with the quarters that date them. A row of
    each belongs to one enrolment. -#}
{%- set facts = {
    'fct_enrolments': ['matured_quarter_date', 'due_quarter_date'],
    'fct_learner_engagement': ['matured_quarter_date'],
    'fct_session_attendances': ['session_quarter_date'],
} -%}
{%- set strata = [
    'programme_id',
    'cohort_id',
    'delivery_mode',
    'outcome_category',
    'period_start_date',
    'segment',
    'region',
    'language',
    'tenure_band',
    'prior_completion_band',
] %}

with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

sessions as (
    select * from {{ ref('fct_sessions') }}
),

kpis as (
    select * from {{ ref('kpis') }}
    where is_compared
),

-- How many people in a cohort's sessions were matched to no name on a list: as many as
-- in the session with the most, since the same people may be in every one.
unmatched as (
    select
        programme_id,
        cohort_id,
        max(unmatched_count) as present_count,
        max(unmatched_attended_count) as attended_count
    from sessions
    group by programme_id, cohort_id
),

measured as (
    {% for fact, quarters in facts.items() -%}
        select
            kpis.kpi_id,
            kpis.unmatched_evidence,
            kpis.upper_bound_column,
            amounts.enrolment_id,
            case kpis.anchor
                {%- for quarter in quarters %}
                    when '{{ quarter }}' then amounts.{{ quarter }}
                {%- endfor %}
            end as period_start_date,
            case when amounts.measure = kpis.numerator_column then amounts.amount end
                as numerator,
            case when amounts.measure = kpis.upper_bound_column then amounts.amount end
                as upper_bound
        from {{ measures(
            ref(fact), ['enrolment_id'] + quarters, ['numerator', 'high']
        ) }} as amounts
        inner join kpis
            on
                amounts.measure in (kpis.numerator_column, kpis.upper_bound_column)
                and kpis.source_fact = '{{ fact }}'
        {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

of_enrolments as (
    select
        measured.*,
        enrolments.learner_key,
        {%- for column in strata if column != 'period_start_date' %}
            enrolments.{{ column }},
        {%- endfor %}
        case
            when
                measured.unmatched_evidence = 'attended'
                and enrolments.completion_class = 'attendance'
                then unmatched.attended_count
            when measured.unmatched_evidence = 'present' then unmatched.present_count
        end as unmatched_count,
        sum(case when measured.numerator = 0 then 1 end) over (
            partition by
                measured.kpi_id, enrolments.programme_id, enrolments.cohort_id
        ) as no_count
    from measured
    inner join enrolments on measured.enrolment_id = enrolments.enrolment_id
    left join unmatched
        on
            enrolments.programme_id = unmatched.programme_id
            and enrolments.cohort_id = unmatched.cohort_id
),

-- Any of a cohort's unmatched people may be any of those without a yes.
bounded as (
    select
        kpi_id,
        learner_key,
        {{ strata | join(',\n        ') }},
        numerator,
        case
            when upper_bound_column is not null then upper_bound
            when unmatched_count is null or numerator <> 0 then numerator
            else numerator + least(1.0, unmatched_count / cast(no_count as double))
        end as upper_bound
    from of_enrolments
)

select
    kpi_id,
    {{ strata | join(',\n    ') }},
    cast(count(distinct learner_key) as bigint) as learner_count,
    {{ exact_sum('numerator') }} as numerator,
    cast(count(numerator) as double) as denominator,
    {{ exact_sum('numerator') }} as value_sum,
    {{ exact_sum('numerator * numerator') }} as value_sum_of_squares,
    {{ exact_sum('numerator') }} as unmatched_low,
    {{ exact_sum('upper_bound') }} as unmatched_high
from bounded
group by
    kpi_id,
    {{ strata | join(',\n    ') }}
