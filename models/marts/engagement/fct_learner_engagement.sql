with

learner_days as (
    select
        *,
        {{ micros_of_seconds('self_paced_seconds') }} as self_paced_micros,
        {{ micros_of_seconds('live_seconds') }} as live_micros
    from {{ ref('fct_learner_days') }}
    {{ only_touched('touched_engagement', 'enrolment_id') }}
),

matured as (
    select
        enrolments.*,
        cast({{ local_timestamp(
            'enrolments.matured_at', 'learners.time_zone'
        ) }} as date) as matured_date
    from {{ ref('fct_enrolments') }} as enrolments
    inner join {{ ref('dim_learners') }} as learners
        on enrolments.learner_key = learners.learner_key
    {{ only_touched('touched_engagement', 'enrolments.enrolment_id') }}
),

active as (
    select
        matured.enrolment_id,
        count(*) as active_day_count,
        sum(case when learner_days.active_date > matured.matured_date then 0 else 1 end)
            as active_days_in_time,
        sum(learner_days.event_count) as event_count,
        sum(learner_days.interaction_count) as interaction_count,
        cast(sum(learner_days.self_paced_micros) as bigint) as self_paced_micros,
        cast(sum(learner_days.live_micros) as bigint) as live_micros,
        cast(sum(
            case
                when learner_days.active_date > matured.matured_date then null
                else
                    coalesce(learner_days.self_paced_micros, 0)
                    + coalesce(learner_days.live_micros, 0)
            end
        ) as bigint) as micros_in_time,
        min(learner_days.active_date) as first_active_date,
        max(learner_days.active_date) as last_active_date
    from matured
    inner join learner_days on matured.enrolment_id = learner_days.enrolment_id
    group by matured.enrolment_id
),

best as (
    select
        enrolment_id,
        max(case when streak_unit = 'day' then unit_count end) as best_day_streak,
        max(case when streak_unit = 'business_day' then unit_count end)
            as best_business_day_streak,
        max(case when streak_unit = 'week' then unit_count end) as best_week_streak,
        max(case when streak_unit = 'day' and is_current then unit_count end)
            as current_day_streak
    from {{ ref('fct_learner_streaks') }}
    {{ only_touched('touched_engagement', 'enrolment_id') }}
    group by enrolment_id
),

-- Time was measured in a cohort if it is known of any of its enrolments.
timed_cohorts as (
    select distinct
        enrolments.programme_id,
        enrolments.cohort_id
    from {{ ref('fct_learner_days') }} as learner_days
    inner join {{ ref('fct_enrolments') }} as enrolments
        on learner_days.enrolment_id = enrolments.enrolment_id
    where
        learner_days.self_paced_seconds is not null
        or learner_days.live_seconds is not null
),

gathered as (
    select
        matured.*,
        matured.completion_rate_denominator = 1
        and matured.is_activity_known as is_rated,
        timed_cohorts.cohort_id is not null as has_time_evidence,
        coalesce(active.active_day_count, 0) as active_days,
        coalesce(active.active_days_in_time, 0) as active_days_in_time,
        coalesce(active.micros_in_time, 0) as micros_in_time,
        active.event_count,
        active.interaction_count,
        active.self_paced_micros,
        active.live_micros,
        active.first_active_date,
        active.last_active_date,
        best.best_day_streak,
        best.best_business_day_streak,
        best.best_week_streak,
        best.current_day_streak
    from matured
    left join active on matured.enrolment_id = active.enrolment_id
    left join best on matured.enrolment_id = best.enrolment_id
    left join timed_cohorts
        on
            matured.programme_id = timed_cohorts.programme_id
            and matured.cohort_id = timed_cohorts.cohort_id
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
    segment,
    business_unit,
    region,
    language,
    tenure_band,
    prior_completion_band,
    ---------- numerics
    cast(case when has_activity_evidence then active_days end as bigint)
        as active_day_count,
    cast(event_count as bigint) as event_count,
    cast(interaction_count as bigint) as interaction_count,
    cast(best_day_streak as bigint) as best_day_streak,
    cast(best_business_day_streak as bigint) as best_business_day_streak,
    cast(best_week_streak as bigint) as best_week_streak,
    cast(current_day_streak as bigint) as current_day_streak,
    {{ seconds_of_micros('self_paced_micros') }} as self_paced_seconds,
    {{ seconds_of_micros('live_micros') }} as live_seconds,
    ---------- booleans
    has_activity_evidence,
    has_time_evidence,
    ---------- dates
    first_active_date,
    last_active_date,
    matured_quarter_date,
    ---------- measures, null where the enrolment is not in the base
    cast(
        case when is_rated and has_activity_evidence then active_days_in_time end
        as bigint
    ) as active_days_per_learner_numerator,
    cast(case when is_rated and has_activity_evidence then 1 end as bigint)
        as active_days_per_learner_denominator,
    case
        when is_rated and has_time_evidence
            then {{ hours_of_micros('micros_in_time') }}
    end as learning_hours_per_enrolment_numerator,
    cast(case when is_rated and has_time_evidence then 1 end as bigint)
        as learning_hours_per_enrolment_denominator
from gathered
