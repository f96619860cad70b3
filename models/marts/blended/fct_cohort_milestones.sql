{{ config(
    materialized='incremental',
    unique_key=['enrolment_id', 'milestone_kind', 'milestone_id'],
    meta={
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where not is_waived and exclusion_reason is null
),

attendances as (
    select * from {{ ref('fct_session_attendances') }}
    where attendance_rate_denominator = 1 and enrolment_id is not null
),

transitions as (
    select * from {{ ref('fct_phase_transitions') }}
    where phase_due_at is not null and is_required and is_linked
),

activities as (
    select * from {{ ref('int_cohort_activities') }}
    where due_at is not null
),

uses as (
    select * from {{ ref('int_activity_uses') }}
),

programmes as (
    select * from {{ ref('dim_programmes') }}
),

milestones as (
    select
        enrolment_id,
        'live' as milestone_kind,
        session_id as milestone_id,
        session_ended_at as due_at,
        case when attendance_status = 'attended' then session_ended_at end as done_at
    from attendances
    union all
    select
        enrolment_id,
        'phase' as milestone_kind,
        cast(phase_no as {{ dbt.type_string() }}) as milestone_id,
        phase_due_at as due_at,
        finished_at as done_at
    from transitions
    union all
    select
        enrolments.enrolment_id,
        'activity' as milestone_kind,
        activities.activity_id as milestone_id,
        activities.due_at,
        uses.finished_at as done_at
    from enrolments
    inner join activities
        on
            enrolments.programme_id = activities.programme_id
            and enrolments.cohort_id = activities.cohort_id
    left join uses
        on
            enrolments.enrolment_id = uses.enrolment_id
            and activities.activity_id = uses.activity_id
),

-- Whoever withdrew or left before a milestone was due is not expected to reach it.
described as (
    select
        enrolments.*,
        milestones.milestone_kind,
        milestones.milestone_id,
        milestones.due_at as milestone_due_at,
        milestones.done_at,
        programmes.hybrid_pattern,
        coalesce(
            milestones.done_at
            <= {{ add_days('milestones.due_at', var('milestone_grace_days')) }},
            false
        ) as is_done_in_time,
        coalesce(
            {{ add_days('milestones.due_at', var('milestone_grace_days')) }}
            <= programmes.as_of,
            false
        )
        and coalesce(enrolments.withdrawn_at > milestones.due_at, true)
        and coalesce(enrolments.left_at > milestones.due_at, true)
        and enrolments.enrolled_at <= milestones.due_at as is_due
    from milestones
    inner join enrolments on milestones.enrolment_id = enrolments.enrolment_id
    inner join programmes on enrolments.programme_id = programmes.programme_id
)

select
    ---------- ids
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    milestone_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    milestone_kind,
    ---------- booleans
    is_done_in_time,
    ---------- dates
    {{ fiscal_quarter_start('milestone_due_at') }} as milestone_quarter_date,
    ---------- timestamps
    milestone_due_at as due_at,
    done_at,
    ---------- measures, null where the milestone is not in the base
    {{ measure('on_pace_share', 'is_due', 'is_done_in_time') }},
    {{ measure('milestone_adherence',
               "is_due and milestone_kind = 'live' and delivery_mode = 'hybrid'"
               " and hybrid_pattern = 'self_study_milestones'",
               'done_at is not null') }}
from described
