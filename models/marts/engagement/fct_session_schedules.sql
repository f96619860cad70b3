with

versions as (
    select * from {{ ref('stg_organisation__planned_session_versions') }}
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
        ) as version_no,
        count(*) over (partition by planned_session_id) as version_count
    from versions
),

followed as (
    select
        *,
        lag(starts_at) over (
            partition by planned_session_id order by version_no asc
        ) as previous_start_at
    from ordered
)

select
    ---------- ids
    followed.planned_session_id as session_id,
    sessions.programme_id,
    sessions.cohort_id,
    ---------- strings
    followed.status,
    ---------- numerics
    cast(followed.version_no as bigint) as version_no,
    cast(
        {{ seconds_between('followed.previous_start_at', 'followed.starts_at') }}
        as double
    ) as moved_seconds,
    ---------- booleans
    followed.version_no = followed.version_count as is_current,
    ---------- timestamps
    followed.starts_at as planned_start_at,
    followed.ends_at as planned_end_at,
    followed.reported_at
from followed
inner join sessions on followed.planned_session_id = sessions.session_id
