{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

with

scores as (
    select * from {{ ref('int_test_scores') }}
),

answers as (
    select * from {{ ref('int_answers_to_items') }}
),

behaviours as (
    select * from {{ ref('int_observed_behaviours') }}
),

performances as (
    select * from {{ ref('int_rated_performances') }}
),

credentials as (
    select * from {{ ref('int_enrolment_credentials') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

gathered as (
    select
        enrolments.*,
        scores.pre_test_score,
        scores.post_test_score,
        scores.scenario_before_score,
        scores.scenario_after_score,
        coalesce(scores.pre_test_score, scores.scenario_before_score) as first_score,
        coalesce(scores.post_test_score, scores.scenario_after_score) as second_score,
        scores.immediate_score,
        scores.delayed_score,
        scores.is_drill_mastered,
        answers.critical_answer_count,
        answers.critical_error_count,
        answers.recall_count,
        answers.recalled_count,
        behaviours.has_baseline,
        behaviours.is_observed_again,
        behaviours.has_improved,
        performances.is_proficient,
        credentials.awarded_at,
        credentials.first_verified_at,
        enrolments.completion_rate_denominator = 1 as is_rated,
        {{ add_days('enrolments.completed_at', var('follow_up_days')) }}
        <= known_until.as_of as is_follow_up_over,
        {{ add_days('credentials.awarded_at', var('follow_up_days')) }}
        <= known_until.as_of as is_verification_over,
        count(performances.enrolment_id) over (
            partition by enrolments.programme_id, enrolments.cohort_id
        ) > 0 as is_rated_by_rubric,
        count(credentials.awarded_at) over (
            partition by enrolments.programme_id
        ) > 0 as awards_credentials,
        count(credentials.first_verified_at) over (
            partition by enrolments.programme_id
        ) > 0 as has_verifications
    from enrolments
    left join scores on enrolments.enrolment_id = scores.enrolment_id
    left join answers on enrolments.enrolment_id = answers.enrolment_id
    left join behaviours on enrolments.enrolment_id = behaviours.enrolment_id
    left join performances on enrolments.enrolment_id = performances.enrolment_id
    left join credentials on enrolments.enrolment_id = credentials.enrolment_id
    left join known_until on enrolments.programme_id = known_until.programme_id
),

based as (
    select
        *,
        is_rated and pre_test_score < 1 and post_test_score is not null as has_gain,
        is_rated and immediate_score > 0 as has_retention,
        is_rated and scenario_after_score - scenario_before_score is not null
            as has_decisions
    from gathered
    where
        is_rated_by_rubric
        or awards_credentials
        or has_baseline is not null
        or coalesce(critical_answer_count, recall_count) is not null
        or coalesce(first_score, second_score) is not null
        or is_drill_mastered is not null
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
    ---------- dates
    matured_quarter_date,
    ---------- timestamps
    awarded_at as credential_awarded_at,
    ---------- measures, null where the enrolment is not in the base
    case when has_gain then post_test_score - pre_test_score end
        as learning_gain_numerator,
    case when has_gain then 1 - pre_test_score end as learning_gain_denominator,
    {{ measure('second_test_share', 'is_rated and first_score is not null',
               'second_score is not null') }},
    case when has_retention then delayed_score end as test_retention_numerator,
    case when has_retention then immediate_score end as test_retention_denominator,
    case
        when has_decisions then 100 * (scenario_after_score - scenario_before_score)
    end as decision_score_gain_numerator,
    cast(case when has_decisions then 1 end as bigint)
        as decision_score_gain_denominator,
    {{ measure('drill_mastery_rate', 'is_rated and is_drill_mastered is not null',
               'is_drill_mastered') }},
    case when is_rated then recalled_count end as micro_recall_rate_numerator,
    case when is_rated then recall_count end as micro_recall_rate_denominator,
    {{ measure('critical_error_free_rate',
               'is_rated and critical_answer_count is not null',
               'critical_error_count = 0') }},
    {{ measure('observed_proficiency',
               'is_rated and is_rated_by_rubric and not is_withdrawn',
               'coalesce(is_proficient, false)') }},
    {{ measure('behaviour_change',
               'is_rated and is_completed and is_observed_again',
               'has_improved') }},
    {{ measure('observed_again_share',
               'is_rated and is_completed and has_baseline and is_follow_up_over',
               'is_observed_again') }},
    {{ measure('credential_yield', 'is_rated and awards_credentials',
               'coalesce(awarded_at <= matured_at, false)') }},
    {{ measure('credential_verified_share',
               'is_rated and awarded_at is not null and has_verifications'
               ~ ' and is_verification_over',
               'coalesce(first_verified_at <= '
               ~ add_days('awarded_at', var('follow_up_days')) ~ ', false)') }}
from based
