with

versions as (
    select * from {{ ref('int_planned_session_versions') }}
),

sessions as (
    select * from {{ ref('dim_sessions') }}
),

ordered as (
    select
        *,
        row_number() over (
            partition by planned_session_id
            order by
                reported_at asc nulls first,
                sequence asc nulls first,
                starts_at asc nulls first,
                ends_at asc nulls first,
                status asc nulls first
        ) as report_no
    from versions
),

followed as (
    select
        *,
        lag(status) over (
            partition by planned_session_id order by report_no asc
        ) as status_before,
        lag(starts_at) over (
            partition by planned_session_id order by report_no asc
        ) as starts_before_at,
        lag(ends_at) over (
            partition by planned_session_id order by report_no asc
        ) as ends_before_at
    from ordered
),

-- A calendar counts a new title as a version too, but its schedule is the same.
changed as (
    select
        *,
        row_number() over (
            partition by planned_session_id order by report_no asc
        ) as version_no,
        count(*) over (partition by planned_session_id) as version_count
    from followed
    where
        report_no = 1
        or coalesce(status, '') <> coalesce(status_before, '')
        or coalesce(starts_at <> starts_before_at, true)
        or coalesce(
            ends_at <> ends_before_at,
            not (ends_at is null and ends_before_at is null)
        )
)

select
    ---------- ids
    changed.planned_session_id as session_id,
    sessions.programme_id,
    sessions.cohort_id,
    ---------- strings
    changed.status,
    ---------- numerics
    cast(changed.version_no as bigint) as version_no,
    cast(
        {{ seconds_between('changed.starts_before_at', 'changed.starts_at') }}
        as double
    ) as moved_seconds,
    ---------- booleans
    changed.version_no = changed.version_count as is_current,
    ---------- timestamps
    changed.starts_at as planned_start_at,
    changed.ends_at as planned_end_at,
    changed.reported_at
from changed
inner join sessions on changed.planned_session_id = sessions.session_id
