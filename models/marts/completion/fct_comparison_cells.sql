{#- The facts whose KPIs are compared, each with the quarters that date them. A row of
    each belongs to one enrolment. -#}
{%- set facts = {
    'fct_enrolments': ['matured_quarter_date', 'due_quarter_date'],
    'fct_learner_engagement': ['matured_quarter_date'],
    'fct_session_attendances': ['session_quarter_date'],
} -%}
{%- set strata = [
    'programme_id', 'cohort_id', 'delivery_mode', 'outcome_category', 'segment', 'region',
    'language', 'tenure_band', 'prior_completion_band',
] %}

with

-- One number stands for all attributes of an enrolment: cells are added up under it.
enrolments as (
    select
        *,
        dense_rank() over (order by {{ strata | join(', ') }}) as stratum_no
    from {{ ref('fct_enrolments') }}
    {{ only_touched('touched_cohorts', ['programme_id', 'cohort_id']) }}
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
    from {{ ref('fct_sessions') }}
    group by programme_id, cohort_id
),

measured as (
    {% for fact, quarters in facts.items() -%}
        {{ compared_amounts(fact, quarters) }}
        {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

strata as (
    select distinct
        stratum_no,
        {{ strata | join(',\n        ') }}
    from enrolments
),

absences as (
    select
        measured.kpi_id,
        enrolments.programme_id,
        enrolments.cohort_id,
        count(*) as no_count
    from measured
    inner join enrolments on measured.enrolment_id = enrolments.enrolment_id
    where measured.numerator = 0
    group by measured.kpi_id, enrolments.programme_id, enrolments.cohort_id
),

-- Any of a cohort's unmatched people may be any of those without a yes.
bounded as (
    select
        measured.kpi_id,
        measured.period_start_date,
        enrolments.stratum_no,
        enrolments.learner_key,
        {{ decimal_of('measured.numerator') }} as numerator,
        {{ decimal_of('measured.numerator * measured.numerator') }} as square,
        {{ decimal_of(upper_bound_of_cell()) }} as upper_bound
    from measured
    inner join enrolments on measured.enrolment_id = enrolments.enrolment_id
    left join unmatched
        on
            enrolments.programme_id = unmatched.programme_id
            and enrolments.cohort_id = unmatched.cohort_id
    left join absences
        on
            measured.kpi_id = absences.kpi_id
            and enrolments.programme_id = absences.programme_id
            and enrolments.cohort_id = absences.cohort_id
),

-- Summed by learner first: a learner then counts once, without a second pass.
of_learners as (
    select
        kpi_id,
        period_start_date,
        stratum_no,
        learner_key,
        sum(numerator) as numerator,
        count(numerator) as denominator,
        sum(square) as square,
        sum(upper_bound) as upper_bound
    from bounded
    group by kpi_id, period_start_date, stratum_no, learner_key
),

cells as (
    select
        kpi_id,
        period_start_date,
        stratum_no,
        cast(count(learner_key) as bigint) as learner_count,
        {{ double_sum('numerator') }} as numerator,
        cast(sum(denominator) as double) as denominator,
        {{ double_sum('square') }} as value_sum_of_squares,
        {{ double_sum('upper_bound') }} as unmatched_high
    from of_learners
    group by kpi_id, period_start_date, stratum_no
)

select
    cells.kpi_id,
    {%- for column in strata %}
        strata.{{ column }},
    {%- endfor %}
    cells.period_start_date,
    cells.learner_count,
    cells.numerator,
    cells.denominator,
    cells.numerator as value_sum,
    cells.value_sum_of_squares,
    cells.numerator as unmatched_low,
    cells.unmatched_high
from cells
inner join strata on cells.stratum_no = strata.stratum_no
