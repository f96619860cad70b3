{{ config(
    materialized='incremental',
    unique_key=['enrolment_id', 'phase_no'],
    meta={
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where exclusion_reason is null
),

phases as (
    select * from {{ ref('int_cohort_phases') }}
),

part_counts as (
    select
        programme_id,
        cohort_id,
        phase_no,
        count(activity_id) as activity_count,
        count(session_id) as session_count
    from {{ ref('int_phase_activities') }}
    group by programme_id, cohort_id, phase_no
),

progress as (
    select * from {{ ref('int_phase_progress') }}
),

-- A phase is met when all of its activities are finished and one of its sessions was
-- attended.
described as (
    select
        enrolments.*,
        phases.phase_no,
        phases.phase_name,
        phases.phase_mode,
        phases.is_required,
        phases.is_declared,
        phases.ends_at as phase_due_at,
        part_counts.phase_no is not null as is_linked,
        progress.reached_at,
        case
            when
                progress.finished_activity_count >= part_counts.activity_count
                and (
                    part_counts.session_count = 0
                    or progress.attended_session_count > 0
                )
                then progress.last_finished_at
        end as finished_at
    from enrolments
    inner join phases
        on
            enrolments.programme_id = phases.programme_id
            and enrolments.cohort_id = phases.cohort_id
    left join part_counts
        on
            phases.programme_id = part_counts.programme_id
            and phases.cohort_id = part_counts.cohort_id
            and phases.phase_no = part_counts.phase_no
    left join progress
        on
            enrolments.enrolment_id = progress.enrolment_id
            and phases.phase_no = progress.phase_no
),

ordered as (
    select
        *,
        -- Required phases before this one that were reached later, or not at all.
        max(reached_at) over (
            partition by enrolment_id, is_required and is_linked
            order by phase_no asc
            rows between unbounded preceding and 1 preceding
        ) as earlier_reached_at,
        coalesce(sum(case when reached_at is null then 1 else 0 end) over (
            partition by enrolment_id, is_required and is_linked
            order by phase_no asc
            rows between unbounded preceding and 1 preceding
        ), 0) as earlier_missed_count,
        lag(finished_at) over (
            partition by enrolment_id, is_linked order by phase_no asc
        ) as previous_finished_at
    from described
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
    phase_name,
    phase_mode,
    ---------- numerics
    phase_no,
    {{ hours_of_micros(micros_between('previous_finished_at', 'reached_at')) }}
        as hours_since_previous_phase,
    ---------- booleans
    is_required,
    is_declared,
    is_linked,
    case
        when reached_at is not null and is_required and is_linked
            then
                earlier_missed_count = 0
                and coalesce(earlier_reached_at <= reached_at, true)
    end as is_in_designed_order,
    ---------- dates
    matured_quarter_date,
    ---------- timestamps
    phase_due_at,
    reached_at,
    finished_at,
    ---------- measures
    {{ measure('phase_survival',
               "delivery_mode = 'hybrid' and completion_rate_denominator = 1"
               ' and is_activity_known and started_at is not null'
               ' and is_required and is_linked',
               'reached_at is not null') }}
from ordered
