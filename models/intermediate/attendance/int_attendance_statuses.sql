-- The status of a learner in a live session: attended, partial, excused or no_show if
-- expected, walk_in if not, unknown if no report says who was connected or a room was,
-- and excluded, whether present or not, if the person was left out of KPIs at the time.
{{ config(materialized='incremental', unique_key=['session_id', 'learner_key']) }}

with

rosters as (
    select * from {{ ref('int_session_rosters') }}
),

presences as (
    select * from {{ ref('int_session_attendances') }}
),

excused_absences as (
    select * from {{ ref('int_excused_absences') }}
),

sessions as (
    select * from {{ ref('int_live_sessions') }}
    where cohort_id is not null and status <> 'cancelled'
),

rooms as (
    select * from {{ ref('int_session_room_devices') }}
),

exclusions as (
    select * from {{ ref('int_exclusions') }}
),

programmes as (
    select * from {{ ref('stg_organisation__programmes') }}
),

excluded as (
    select
        sessions.session_id,
        exclusions.learner_key,
        {{ main_exclusion_reason('exclusions.reason') }} as exclusion_reason
    from sessions
    inner join exclusions
        on
            sessions.programme_id
            = coalesce(exclusions.programme_id, sessions.programme_id)
            and coalesce(sessions.counts_from_at >= exclusions.excluded_from_at, true)
            and coalesce(sessions.counts_from_at < exclusions.excluded_until_at, true)
    group by sessions.session_id, exclusions.learner_key
),

expected_or_present as (
    select
        coalesce(rosters.session_id, presences.session_id) as session_id,
        coalesce(rosters.learner_key, presences.learner_key) as learner_key,
        rosters.enrolment_id,
        coalesce(rosters.is_expected, false) as is_expected,
        presences.learner_key is not null as is_present,
        excused_absences.learner_key is not null as is_excused,
        presences.join_count,
        presences.attended_micros,
        presences.reported_seconds,
        presences.is_imputed,
        presences.first_joined_at,
        presences.last_left_at
    from rosters
    full outer join presences
        on
            rosters.session_id = presences.session_id
            and rosters.learner_key = presences.learner_key
    left join excused_absences
        on
            rosters.session_id = excused_absences.session_id
            and rosters.learner_key = excused_absences.learner_key
),

measured as (
    select
        expected_or_present.session_id,
        expected_or_present.learner_key,
        expected_or_present.enrolment_id,
        excluded.exclusion_reason,
        expected_or_present.is_expected
        and excluded.exclusion_reason is null as is_expected,
        expected_or_present.is_present,
        expected_or_present.is_excused,
        coalesce(expected_or_present.is_imputed, false) as is_imputed,
        coalesce(expected_or_present.join_count, 0) as join_count,
        expected_or_present.reported_seconds,
        cast(
            coalesce(programmes.attendance_threshold, {{ var('attendance_threshold') }})
            as double
        ) as attendance_threshold,
        {{ micros_between('sessions.counts_from_at', 'sessions.counts_until_at') }}
            as session_micros,
        case
            when expected_or_present.is_present
                then expected_or_present.attended_micros
            when sessions.has_attendance_evidence and rooms.session_id is null then 0
        end as attended_micros,
        expected_or_present.first_joined_at,
        expected_or_present.last_left_at
    from expected_or_present
    inner join sessions on expected_or_present.session_id = sessions.session_id
    left join rooms on sessions.session_id = rooms.session_id
    left join excluded
        on
            expected_or_present.session_id = excluded.session_id
            and expected_or_present.learner_key = excluded.learner_key
    inner join programmes on sessions.programme_id = programmes.programme_id
    where expected_or_present.is_expected or expected_or_present.is_present
),

compared as (
    select
        *,
        coalesce(
            attended_micros
            >= {{ whole_number('attendance_threshold * session_micros') }},
            false
        ) as is_long_enough
    from measured
)

select
    session_id,
    learner_key,
    enrolment_id,
    case
        when exclusion_reason is not null then 'excluded'
        when not is_expected then 'walk_in'
        when is_excused and not is_present then 'excused'
        when attended_micros is null then 'unknown'
        when not is_present then 'no_show'
        when is_long_enough then 'attended'
        else 'partial'
    end as attendance_status,
    exclusion_reason,
    attendance_threshold,
    cast(session_micros as bigint) as session_micros,
    cast(attended_micros as bigint) as attended_micros,
    cast(join_count as bigint) as join_count,
    reported_seconds,
    is_expected,
    is_long_enough,
    is_imputed,
    first_joined_at,
    last_left_at
from compared
