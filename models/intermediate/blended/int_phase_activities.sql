-- What a learner has to do in a phase: its activities, and its live sessions.
with

phases as (
    select * from {{ ref('int_cohort_phases') }}
),

activities as (
    select * from {{ ref('int_cohort_activities') }}
    where role in ('pre_work', 'unit', 'follow_up', 'assessment', 'final_assessment')
),

sessions as (
    select * from {{ ref('int_live_sessions') }}
    where has_attendance_evidence
)

select
    phases.programme_id,
    phases.cohort_id,
    phases.phase_no,
    activities.activity_id,
    cast(null as {{ dbt.type_string() }}) as session_id
from phases
inner join activities
    on
        phases.programme_id = activities.programme_id
        and phases.cohort_id = activities.cohort_id
        and phases.phase_no
        = case
            when phases.is_declared then activities.phase_no
            else activities.role_phase_no
        end
union all
select
    phases.programme_id,
    phases.cohort_id,
    phases.phase_no,
    cast(null as {{ dbt.type_string() }}) as activity_id,
    sessions.session_id
from phases
inner join sessions
    on
        phases.programme_id = sessions.programme_id
        and phases.cohort_id = sessions.cohort_id
        and (
            (phases.is_declared and phases.phase_no = sessions.phase_no)
            or (
                (sessions.phase_no is null or not phases.is_declared)
                and phases.phase_no = phases.only_live_phase_no
            )
        )
