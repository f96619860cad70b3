{#- Write the body of the call once for each fact that carries measures of KPIs, with a word
    between. The body takes the name of the fact and what is known of it.

    quarters: the columns that date the KPIs of the fact.
    people: learner_key, or where a row is about several people (a session), the column
    with how many they are; of such rows the largest count is taken for all of them.
    is_always_measured: whether every row is in the base of a KPI; of any other fact, a
    changed row concerns KPIs only where it has a measure.
    reasons: the columns that say why a row is in no base, or whose enrolment says why; of
    facts with a waterfall.
    has_language, has_device: whether the fact has a content_language or a device_kind.

    known: has_language, has_device or reasons leaves out the facts without it. -#}
{% macro for_each_kpi_fact(between, known=none) -%}
    {%- set facts = {
        'fct_enrolments': {
            'quarters': [
                'matured_quarter_date', 'due_quarter_date', 'enrolled_quarter_date'
            ],
            'reasons': [
                'enrolment_id', 'is_waived', 'is_excluded', 'is_matured',
                'is_activity_known', 'has_activity_evidence', 'status', 'left_at',
                'due_at'
            ],
        },
        'fct_certificate_quarters': {
            'quarters': ['certificate_quarter_date'],
            'is_always_measured': true,
        },
        'fct_learner_engagement': {
            'quarters': ['matured_quarter_date'],
            'reasons': ['enrolment_id'],
        },
        'fct_activity_windows': {'quarters': ['window_quarter_date']},
        'fct_activity_attempts': {
            'quarters': ['matured_quarter_date'],
            'reasons': ['enrolment_id'],
        },
        'fct_activity_openings': {'quarters': ['opened_quarter_date']},
        'fct_micro_sessions': {
            'quarters': ['active_quarter_date', 'matured_quarter_date'],
        },
        'fct_self_paced_progress': {
            'quarters': ['matured_quarter_date'],
            'reasons': ['enrolment_id'],
        },
        'fct_resumptions': {'quarters': ['resumed_quarter_date']},
        'fct_searches': {'quarters': ['searched_quarter_date']},
        'fct_posts': {'quarters': ['posted_quarter_date']},
        'fct_learner_questions': {'quarters': ['asked_quarter_date']},
        'fct_cohort_ties': {
            'quarters': ['matured_quarter_date'],
            'people': 'audience_count',
        },
        'fct_assessments_taken': {'quarters': ['matured_quarter_date']},
        'fct_tutor_questions': {'quarters': ['asked_quarter_date']},
        'fct_submissions': {
            'quarters': ['due_quarter_date', 'submitted_quarter_date'],
            'reasons': ['enrolment_id', 'due_at'],
        },
        'fct_enrolment_content': {
            'quarters': ['enrolled_quarter_date'],
            'has_language': true,
        },
        'fct_content_use': {
            'quarters': ['used_quarter_date'],
            'has_language': true,
            'has_device': true,
        },
        'fct_content_launches': {'quarters': ['launched_quarter_date']},
        'fct_double_ratings': {'quarters': ['rated_quarter_date']},
        'fct_session_attendances': {
            'quarters': ['session_quarter_date'],
            'reasons': [
                'enrolment_id', 'is_excluded', 'is_matched', 'attendance_status'
            ],
        },
        'fct_enrolment_designs': {
            'quarters': ['matured_quarter_date', 'enrolled_quarter_date'],
            'reasons': ['enrolment_id'],
        },
        'fct_phase_transitions': {'quarters': ['matured_quarter_date']},
        'fct_session_transitions': {'quarters': ['session_quarter_date']},
        'fct_cohort_milestones': {'quarters': ['milestone_quarter_date']},
        'fct_community_quarters': {'quarters': ['activity_quarter_date']},
        'fct_session_invitations': {
            'quarters': ['session_quarter_date'],
            'reasons': ['enrolment_id'],
        },
        'fct_session_participation': {'quarters': ['session_quarter_date']},
        'fct_session_delivery': {
            'quarters': ['session_quarter_date', 'scheduled_quarter_date'],
            'people': 'audience_count',
        },
        'fct_poll_responses': {'quarters': ['session_quarter_date']},
        'fct_session_tools': {
            'quarters': ['session_quarter_date'],
            'people': 'audience_count',
        },
        'fct_recordings': {
            'quarters': ['session_quarter_date'],
            'people': 'audience_count',
        },
        'fct_recording_uses': {'quarters': ['session_quarter_date']},
        'kpi_time_to_completion': {
            'quarters': ['matured_quarter_date'],
            'is_always_measured': true,
        },
        'kpi_cost_per_completion': {
            'quarters': ['posted_quarter_date'],
            'is_always_measured': true,
        },
        'fct_learning_costs': {'quarters': ['posted_quarter_date']},
        'fct_employee_quarters': {'quarters': ['employed_quarter_date']},
        'fct_survey_answers': {
            'quarters': ['asked_quarter_date', 'matured_quarter_date'],
        },
        'fct_enrolment_results': {'quarters': ['matured_quarter_date']},
        'fct_contract_quarters': {
            'quarters': ['contract_quarter_date'],
            'people': 'audience_count',
        },
        'fct_business_outcomes': {
            'quarters': ['outcome_quarter_date'],
            'people': 'audience_count',
        },
        'fct_cohort_doses': {
            'quarters': ['matured_quarter_date'],
            'people': 'audience_count',
        },
    } -%}
    {%- for fact, about in facts.items() if known is none or about.get(known) %}
        {{ caller(fact, about) }}
        {{ between if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- A query of the amounts of all facts that belong to a measure of the CTE `registered`,
    one row for each of a measure and a row of its fact: kpi_id, is_share, the dimensions,
    the quarter, is_numerator, learner_key or people_count, amount. -#}
{% macro amounts_of_kpis(dimensions, known, touched) -%}
    {%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
    {%- set no_number = 'cast(null as bigint)' -%}
    {%- call(fact, about) for_each_kpi_fact("union all", known) -%}
    {%- set people = about.get('people', 'learner_key') -%}
    {%- set is_person = people == 'learner_key' -%}
    select
        registered.kpi_id,
        registered.is_share,
        {%- for dimension in dimensions %}
            {%- if dimension in ['business_unit', 'region'] %}
                coalesce(amounts.{{ dimension }}, 'unknown') as {{ dimension }},
            {%- else %}
                amounts.{{ dimension }},
            {%- endif %}
        {%- endfor %}
        case registered.anchor
            {%- for quarter in about.quarters %}
                when '{{ quarter }}' then amounts.{{ quarter }}
            {%- endfor %}
        end as period_start_date,
        registered.is_numerator,
        {{ 'amounts.learner_key' if is_person else no_text }} as learner_key,
        {{ no_number if is_person else 'amounts.' ~ people }} as people_count,
        amounts.amount
    from {{ measures(
        ref(fact),
        dimensions + [people] + about.quarters,
        rows=only_touched('touched_cohorts', touched)
    ) }} as amounts
    inner join registered
        on
            amounts.measure = registered.measure
            and registered.source_fact = '{{ fact }}'
    {%- endcall -%}
{%- endmacro %}

{#- The learners of a group for whom a condition holds; of rows about several people, those
    of the largest one. -#}
{% macro people_of(condition) -%}
    cast(
        coalesce(
            max(case when {{ condition }} then people_count end),
            count(case when {{ condition }} then learner_key end)
        ) as bigint
    )
{%- endmacro %}

{#- A query of the sums of KPIs, one row per KPI, cell of the dimensions and quarter.

    marked: column of the registry that marks the KPIs; none for all.
    known: has_language or has_device where a dimension is one; see for_each_kpi_fact.
    touched: the columns of touched_cohorts by which rows are computed anew. -#}
{% macro sums_of_kpis(dimensions, touched, marked=none, known=none) -%}
{%- set cell = dimensions + ['period_start_date'] -%}
with

kpis as (
    select * from {{ ref('kpis') }}
    {% if marked %}where {{ marked }}{% endif %}
),

registered as (
    select
        kpi_id,
        source_fact,
        anchor,
        unit = 'share' as is_share,
        numerator_column as measure,
        true as is_numerator
    from kpis
    union all
    select
        kpi_id,
        source_fact,
        anchor,
        unit = 'share' as is_share,
        denominator_column as measure,
        false as is_numerator
    from kpis
),

measured as (
    {{ amounts_of_kpis(dimensions, known, touched) }}
),

-- Summed by learner first: a learner then counts once, without a second pass. Rows about
-- several people are summed by how many they are: of those, the largest counts.
of_learners as (
    select
        kpi_id,
        is_share,
        {{ cell | join(',\n        ') }},
        learner_key,
        people_count,
        {{ decimal_sum('case when is_numerator then amount end') }} as numerator,
        {{ decimal_sum('case when not is_numerator then amount end') }} as denominator
    from measured
    group by
        kpi_id,
        is_share,
        {{ cell | join(',\n        ') }},
        learner_key,
        people_count
),

-- A learner with some of the base in the numerator and some outside is on both sides.
sides as (
    select
        *,
        numerator <> 0 as is_in_numerator,
        is_share and coalesce(numerator, 0) < denominator as is_outside
    from of_learners
)

select
    ---------- ids
    kpi_id,
    ---------- strings
    {{ dimensions | join(',\n    ') }},
    ---------- dates
    period_start_date,
    ---------- numerics
    {{ double_sum('numerator') }} as numerator,
    {{ double_sum('denominator') }} as denominator,
    {{ people_of('is_in_numerator') }} as numerator_learner_count,
    case when is_share then {{ people_of('is_outside') }} end
        as complement_learner_count,
    {{ people_of('true') }} as denominator_learner_count
from sides
group by
    kpi_id,
    is_share,
    {{ cell | join(',\n    ') }}
having count(denominator) > 0
{%- endmacro %}

{#- A query of the cohorts with a changed row in a fact that carries measures, where the row
    is or was in the base of a KPI. -#}
{% macro cohorts_with_changed_measures() -%}
    {%- call(fact, about) for_each_kpi_fact("union") -%}
    select
        programme_id,
        cohort_id
    from {{ changes_of(fact) }}
    {% if not about.get('is_always_measured') %}where any_measure is not null{% endif %}
    {%- endcall -%}
{%- endmacro %}
