with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where delivery_mode = 'hybrid'
),

programmes as (
    select * from {{ ref('dim_programmes') }}
),

uses as (
    select * from {{ ref('int_activity_uses') }}
),

attendances as (
    select * from {{ ref('fct_session_attendances') }}
    where attendance_status = 'attended' and enrolment_id is not null
),

sessions as (
    select
        programme_id,
        cohort_id,
        count(*) as session_count
    from {{ ref('dim_sessions') }}
    where has_attendance_evidence
    group by programme_id, cohort_id
),

self_paced as (
    select
        enrolment_id,
        count(*) as use_count,
        count(case when role = 'unit' then 1 end) as unit_count,
        min(started_at) as first_self_paced_at,
        max(last_used_at) as last_self_paced_at
    from uses
    group by enrolment_id
),

live as (
    select
        enrolment_id,
        min(first_joined_at) as first_live_at,
        max(session_ended_at) as last_live_at
    from attendances
    group by enrolment_id
),

counted as (
    select
        enrolments.programme_id,
        enrolments.cohort_id,
        count(*) as active_count,
        count(live.enrolment_id) as live_count,
        count(
            case when self_paced.first_self_paced_at < live.first_live_at then 1 end
        ) as self_paced_first_count,
        count(
            case when self_paced.last_self_paced_at > live.last_live_at then 1 end
        ) as self_paced_last_count,
        coalesce(sum(self_paced.use_count), 0) as use_count,
        coalesce(sum(self_paced.unit_count), 0) as unit_count
    from enrolments
    left join self_paced on enrolments.enrolment_id = self_paced.enrolment_id
    left join live on enrolments.enrolment_id = live.enrolment_id
    where self_paced.enrolment_id is not null or live.enrolment_id is not null
    group by enrolments.programme_id, enrolments.cohort_id
),

-- More than half of the learners, or of those who were live, decide each question.
detected as (
    select
        counted.*,
        coalesce(sessions.session_count, 0) as session_count,
        case
            when counted.active_count < {{ var('pattern_fewest_learners') }} then null
            when sessions.session_count is null then null
            when counted.use_count = 0 then 'other'
            when 2 * counted.live_count < counted.active_count then 'micro_community'
            when 2 * counted.self_paced_first_count < counted.live_count
                then 'live_core_reference'
            when 2 * counted.unit_count > counted.use_count
                then 'self_study_milestones'
            when 2 * counted.self_paced_last_count > counted.live_count
                then 'prework_live_followup'
            else 'other'
        end as detected_pattern
    from counted
    left join sessions
        on
            counted.programme_id = sessions.programme_id
            and counted.cohort_id = sessions.cohort_id
)

select
    ---------- ids
    detected.programme_id,
    detected.cohort_id,
    ---------- strings
    programmes.outcome_category,
    programmes.hybrid_pattern as designed_pattern,
    detected.detected_pattern,
    ---------- numerics
    cast(detected.session_count as bigint) as session_count,
    detected.active_count as active_learner_count,
    detected.live_count as live_learner_count,
    detected.self_paced_first_count,
    detected.self_paced_last_count,
    ---------- booleans
    programmes.hybrid_pattern = detected.detected_pattern as is_as_designed
from detected
inner join programmes on detected.programme_id = programmes.programme_id
