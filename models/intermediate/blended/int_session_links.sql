-- Preparation belongs to the first session after it, a follow-up to each session of the
-- live phase before it, and reference material to all sessions.
with

sessions as (
    select * from {{ ref('int_live_sessions') }}
    where cohort_id is not null and has_attendance_evidence
),

activities as (
    select * from {{ ref('int_cohort_activities') }}
    where role in ('pre_work', 'follow_up', 'reference')
),

numbered as (
    select
        *,
        row_number() over (
            partition by programme_id, cohort_id, phase_no
            order by counts_from_at asc nulls last, session_id asc
        ) as session_no
    from sessions
),

pairs as (
    select
        numbered.session_id,
        numbered.session_no,
        activities.activity_id,
        activities.role,
        -- Phases between the two; none where either has no number.
        case
            when activities.role = 'reference' then 0
            else coalesce(abs(activities.phase_no - numbered.phase_no), 1)
        end as distance
    from numbered
    inner join activities
        on
            numbered.programme_id = activities.programme_id
            and numbered.cohort_id = activities.cohort_id
    where
        activities.role = 'reference'
        or (
            activities.role = 'follow_up'
            and coalesce(activities.phase_no > numbered.phase_no, true)
        )
        or (
            activities.role = 'pre_work'
            and coalesce(activities.phase_no < numbered.phase_no, true)
            and numbered.session_no = 1
        )
),

ranked as (
    select
        *,
        rank() over (
            partition by session_id, role order by distance asc
        ) as distance_rank
    from pairs
)

select
    session_id,
    activity_id,
    role
from ranked
where distance_rank = 1
