{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

with

questions as (
    select * from {{ ref('stg_organisation__surveys') }}
),

of_enrolments as (
    {{ with_enrolments(
        'questions',
        key=['cohort_id', 'question'],
        moment='coalesce(questions.asked_at, questions.answered_at)'
    ) }}
),

-- A number that is not on the scale of its question is no answer.
scaled as (
    select
        *,
        case
            when question in ('usefulness', 'belonging') and answer between 1 and 5
                then answer
            when question = 'recommend' and answer between 0 and 10 then answer
            when question in ('applied', 'intends_to_finish') and answer in (0, 1)
                then answer
        end as valid_answer
    from of_enrolments
),

-- A question may name a cohort in one survey and none in another.
ranked as (
    select
        *,
        row_number() over (
            partition by enrolment_id, question
            order by
                answered_at desc nulls last,
                valid_answer desc nulls last,
                asked_at desc nulls last,
                cohort_id asc nulls last
        ) as answer_rank
    from scaled
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where exclusion_reason is null
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

described as (
    select
        enrolments.*,
        ranked.question,
        ranked.valid_answer as answer,
        ranked.asked_at,
        ranked.answered_at,
        ranked.valid_answer is not null as is_answered,
        coalesce(ranked.asked_at, ranked.answered_at, enrolments.matured_at)
            as counts_from_at,
        coalesce(
            {{ add_days('ranked.asked_at', var('survey_answer_days')) }}
            <= known_until.as_of,
            ranked.valid_answer is not null
        ) as is_closed,
        -- Whoever was asked long enough after finishing could have applied it at work.
        coalesce(
            {{ add_days('enrolments.completed_at', var('application_days')) }}
            <= coalesce(ranked.asked_at, ranked.answered_at),
            false
        )
        and enrolments.is_completed as is_after_application
    from ranked
    inner join enrolments on ranked.enrolment_id = enrolments.enrolment_id
    left join known_until on enrolments.programme_id = known_until.programme_id
    where ranked.answer_rank = 1
)

select
    ---------- ids
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    question,
    ---------- numerics
    answer,
    ---------- booleans
    is_answered,
    ---------- dates
    {{ fiscal_quarter_start('counts_from_at') }} as asked_quarter_date,
    matured_quarter_date,
    ---------- timestamps
    asked_at,
    answered_at,
    ---------- measures, null where the question is not in the base
    {{ measure('survey_response_rate', 'is_closed', 'is_answered') }},
    case when question = 'usefulness' then answer end as usefulness_score_numerator,
    cast(case when question = 'usefulness' and is_answered then 1 end as bigint)
        as usefulness_score_denominator,
    {{ measure('recommend_share', "question = 'recommend' and is_answered",
               'answer >= 9') }},
    case when question = 'belonging' then answer end as belonging_score_numerator,
    cast(case when question = 'belonging' and is_answered then 1 end as bigint)
        as belonging_score_denominator,
    {{ measure('application_rate',
               "question = 'applied' and is_after_application and is_answered",
               'answer >= 1') }},
    {{ measure('application_rate_worst_case',
               "question = 'applied' and is_after_application and is_closed",
               'coalesce(answer >= 1, false)') }},
    cast(
        case
            when question = 'intends_to_finish' and answer >= 1
                then completion_rate_numerator
        end as bigint
    ) as intent_adjusted_completion_numerator,
    cast(
        case
            when question = 'intends_to_finish' and answer >= 1
                then completion_rate_denominator
        end as bigint
    ) as intent_adjusted_completion_denominator
from described
