{#- Write the body of the call once for each fact that carries measures of KPIs, with a word
    between. The body takes the name of the fact and what is known of it.

    quarters: the columns that date the KPIs of the fact.
    people: learner_key, or where a row is about several people (a session), the column
    with how many they are; of such rows the largest count is taken for all of them.
    in_base_only: whether a changed row concerns KPIs only where it has a measure. -#}
{% macro for_each_kpi_fact(between) -%}
    {%- set facts = {
        'fct_enrolments': {
            'quarters': [
                'matured_quarter_date', 'due_quarter_date', 'enrolled_quarter_date'
            ],
            'in_base_only': true,
        },
        'fct_certificate_quarters': {
            'quarters': ['certificate_quarter_date'],
        },
        'fct_learner_engagement': {
            'quarters': ['matured_quarter_date'],
            'in_base_only': true,
        },
        'fct_activity_windows': {
            'quarters': ['window_quarter_date'],
            'in_base_only': true,
        },
        'fct_activity_attempts': {
            'quarters': ['matured_quarter_date'],
            'in_base_only': true,
        },
        'fct_activity_openings': {
            'quarters': ['opened_quarter_date'],
            'in_base_only': true,
        },
        'fct_micro_sessions': {
            'quarters': ['active_quarter_date', 'matured_quarter_date'],
            'in_base_only': true,
        },
        'fct_submissions': {
            'quarters': ['due_quarter_date', 'submitted_quarter_date'],
            'in_base_only': true,
        },
        'fct_session_attendances': {
            'quarters': ['session_quarter_date'],
            'in_base_only': true,
        },
        'fct_enrolment_designs': {
            'quarters': ['matured_quarter_date', 'enrolled_quarter_date'],
            'in_base_only': true,
        },
        'fct_phase_transitions': {
            'quarters': ['matured_quarter_date'],
            'in_base_only': true,
        },
        'fct_session_transitions': {
            'quarters': ['session_quarter_date'],
            'in_base_only': true,
        },
        'fct_cohort_milestones': {
            'quarters': ['milestone_quarter_date'],
            'in_base_only': true,
        },
        'fct_community_quarters': {
            'quarters': ['activity_quarter_date'],
            'in_base_only': true,
        },
        'kpi_time_to_completion': {'quarters': ['matured_quarter_date']},
        'kpi_cost_per_completion': {'quarters': ['posted_quarter_date']},
        'fct_survey_answers': {
            'quarters': ['asked_quarter_date', 'matured_quarter_date'],
            'in_base_only': true,
        },
    } -%}
    {%- for fact, about in facts.items() %}
        {{ caller(fact, about) }}
        {{ between if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- A query of the amounts of all facts that belong to a measure of the CTE `registered`,
    one row for each of a measure and a row of its fact: kpi_id, the dimensions, the
    quarter, is_numerator, learner_key or people_count, amount. -#}
{% macro amounts_of_kpis(dimensions) -%}
    {%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
    {%- set no_number = 'cast(null as bigint)' -%}
    {%- call(fact, about) for_each_kpi_fact("union all") -%}
    {%- set people = about.get('people', 'learner_key') -%}
    {%- set is_person = people == 'learner_key' -%}
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
        rows=only_touched('touched_cohorts', ['programme_id', 'cohort_id'])
    ) }} as amounts
    inner join registered
        on
            amounts.measure = registered.measure
            and registered.source_fact = '{{ fact }}'
    {%- endcall -%}
{%- endmacro %}

{#- A query of the cohorts with a changed row in a fact that carries measures, where the row
    is or was in the base of a KPI. -#}
{% macro cohorts_with_changed_measures() -%}
    {%- call(fact, about) for_each_kpi_fact("union") -%}
    select
        programme_id,
        cohort_id
    from {{ changes_of(fact) }}
    {% if about.get('in_base_only') %}where any_measure is not null{% endif %}
    {%- endcall -%}
{%- endmacro %}
