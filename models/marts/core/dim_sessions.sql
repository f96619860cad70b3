with

sessions as (
    select * from {{ ref('int_live_sessions') }}
)

select
    ---------- ids
    session_id,
    series_id,
    programme_id,
    cohort_id,
    ---------- strings
    status,
    policy,
    time_zone,
    ---------- numerics
    phase_no,
    run_count,
    report_count,
    gap_seconds,
    ---------- booleans
    is_planned,
    has_attendance_evidence,
    ---------- timestamps
    original_start_at,
    planned_start_at,
    planned_end_at,
    opened_at,
    closed_at
from sessions
