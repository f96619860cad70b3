{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={
        'touched': 'touched_paths',
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

with

enrolments as (
    select
        *,
        completion_rate_denominator = 1 and has_activity_evidence as is_rated
    from {{ ref('fct_enrolments') }}
    {{ only_touched('touched_paths', 'enrolment_id') }}
),

weeks as (
    select * from {{ ref('fct_active_weeks') }}
    {{ only_touched('touched_paths', 'enrolment_id') }}
),

paths as (
    select * from {{ ref('fct_path_progress') }}
    {{ only_touched('touched_paths', 'enrolment_id') }}
),

signs as (
    select * from {{ ref('fct_enrolment_signs') }}
    {{ only_touched('touched_paths', 'enrolment_id') }}
),

evidence as (
    select * from {{ ref('int_programme_evidence') }}
),

described as (
    select
        enrolments.*,
        weeks.horizon_day_count,
        weeks.open_week_count,
        weeks.active_week_count,
        weeks.longest_week_streak,
        paths.required_step_count,
        paths.satisfied_step_count,
        coalesce(signs.post_count, 0) as post_count,
        coalesce(signs.badge_count, 0) as badge_count,
        coalesce(signs.tutor_question_count, 0) as tutor_question_count,
        coalesce(evidence.has_posts, false) as has_posts,
        coalesce(evidence.has_badges, false) as has_badges,
        coalesce(evidence.has_tutor_questions, false) as has_tutor_questions,
        enrolments.is_rated and weeks.active_day_count > 0 as is_active,
        enrolments.is_rated
        and coalesce(evidence.has_unit_completions, false)
        and paths.required_step_count > 0
        and coalesce(enrolments.started_at <= enrolments.matured_at, false)
            as is_on_path,
        -- When somebody finished without a date, it is not known how long that was.
        enrolments.is_rated
        and weeks.open_week_count > 0
        and not coalesce(
            enrolments.is_completed and enrolments.completed_at is null, false
        ) as is_in_weeks
    from enrolments
    left join weeks on enrolments.enrolment_id = weeks.enrolment_id
    left join paths on enrolments.enrolment_id = paths.enrolment_id
    left join signs on enrolments.enrolment_id = signs.enrolment_id
    left join evidence on enrolments.programme_id = evidence.programme_id
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
    ---------- numerics
    required_step_count,
    satisfied_step_count,
    open_week_count,
    case when has_activity_evidence then active_week_count end as active_week_count,
    case when has_activity_evidence then longest_week_streak end
        as longest_week_streak,
    case when has_posts then post_count end as post_count,
    case when has_badges then badge_count end as badge_count,
    case when has_tutor_questions then tutor_question_count end
        as tutor_question_count,
    ---------- dates
    matured_quarter_date,
    ---------- measures, null where the enrolment is not in the base
    case when is_on_path then satisfied_step_count end as path_progress_30d_numerator,
    case when is_on_path then required_step_count end
        as path_progress_30d_denominator,
    case when is_in_weeks then active_week_count end
        as weekly_active_share_numerator,
    case when is_in_weeks then open_week_count end as weekly_active_share_denominator,
    {{ measure('long_streak_share',
               'is_rated and horizon_day_count >= 7 * ' ~ var('long_streak_weeks'),
               'longest_week_streak >= ' ~ var('long_streak_weeks')) }},
    {{ measure('social_participation', 'is_active and has_posts', 'post_count > 0') }},
    {{ measure('badge_reach', 'is_active and has_badges', 'badge_count > 0') }},
    {{ measure('tutor_reach', 'is_active and has_tutor_questions',
               'tutor_question_count > 0') }}
from described
