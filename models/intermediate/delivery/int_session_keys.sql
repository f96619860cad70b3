-- The keys of the organisation's table of sessions, and what is known under them. A
-- cell without a type is compared with titles and with identifiers. Where it is the
-- title of one meeting and the identifier of another, it names neither of them: nobody
-- guesses which was meant.
with

sessions as (
    select * from {{ ref('stg_organisation__sessions') }}
),

planned_session_keys as (
    select * from {{ ref('int_planned_session_keys') }}
),

technical_sessions as (
    select * from {{ ref('stg_organisation__technical_sessions') }}
),

rooms as (
    select * from {{ ref('int_live_rooms') }}
),

known_keys as (
    select
        key_type,
        join_key,
        planned_session_id as session_ref
    from planned_session_keys
    union
    select
        'session' as key_type,
        technical_session_id as join_key,
        technical_session_id as session_ref
    from technical_sessions
    union
    select
        'meeting' as key_type,
        join_key,
        technical_session_id as session_ref
    from technical_sessions
    union
    select
        'title' as key_type,
        title_key as join_key,
        technical_session_id as session_ref
    from technical_sessions
    union
    select
        'meeting' as key_type,
        room_id as join_key,
        technical_session_id as session_ref
    from rooms
),

found as (
    select
        sessions.untyped_cell,
        sessions.key_type,
        sessions.join_key,
        known_keys.session_ref
    from sessions
    inner join known_keys
        on
            sessions.key_type = known_keys.key_type
            and sessions.join_key = known_keys.join_key
),

counted as (
    select
        key_type,
        join_key,
        count(*) as found_count
    from found
    group by key_type, join_key
),

found_of_cells as (
    select
        untyped_cell,
        session_ref,
        max(case when key_type = 'title' then 1 else 0 end) as is_by_title,
        max(case when key_type <> 'title' then 1 else 0 end) as is_by_identifier
    from found
    where untyped_cell is not null
    group by untyped_cell, session_ref
),

ambiguous_cells as (
    select untyped_cell
    from found_of_cells
    group by untyped_cell
    having
        max(is_by_title) = 1
        and max(is_by_identifier) = 1
        and max(is_by_title + is_by_identifier) = 1
)

select
    sessions.key_type,
    sessions.join_key,
    sessions.untyped_cell,
    sessions.cohort_id,
    sessions.policy,
    sessions.phase_no,
    cast(coalesce(counted.found_count, 0) as bigint) as found_count,
    ambiguous_cells.untyped_cell is not null as is_ambiguous
from sessions
left join counted
    on
        sessions.key_type = counted.key_type
        and sessions.join_key = counted.join_key
left join ambiguous_cells on sessions.untyped_cell = ambiguous_cells.untyped_cell
