{{ config(
    materialized='incremental',
    unique_key='session_id',
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

{%- set allowed_micros = var('recording_hours') ~ ' * cast(3600000000 as bigint)' %}

with

sessions as (
    select * from {{ ref('fct_session_delivery') }}
    where is_held
),

live_sessions as (
    select * from {{ ref('int_live_sessions') }}
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

recordings as (
    select * from {{ ref('int_session_recordings') }}
),

-- Where no recording is reported at all, it is unknown what was recorded.
reported as (
    select count(*) as recording_count from recordings
),

described as (
    select
        sessions.*,
        recordings.activity_id,
        recordings.has_transcript,
        recordings.is_searchable,
        case
            when recordings.published_at <= known_until.as_of
                then recordings.published_at
        end as published_at,
        live_sessions.counts_until_at as session_ended_at,
        known_until.as_of,
        live_sessions.policy = 'record' and reported.recording_count > 0
            as is_to_be_recorded
    from sessions
    inner join live_sessions on sessions.session_id = live_sessions.session_id
    cross join reported
    left join recordings on sessions.session_id = recordings.session_id
    left join known_until on sessions.programme_id = known_until.programme_id
    where
        recordings.session_id is not null
        or (live_sessions.policy = 'record' and reported.recording_count > 0)
)

select
    ---------- ids
    session_id,
    programme_id,
    cohort_id,
    activity_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    ---------- numerics
    audience_count,
    ---------- booleans
    has_transcript,
    is_searchable,
    ---------- dates
    session_quarter_date,
    ---------- timestamps
    session_ended_at,
    published_at,
    ---------- measures, null where the session is not in the base
    {{ measure('recorded_rate', 'is_to_be_recorded', 'published_at is not null') }},
    {{ measure(
        'recording_published_in_48h',
        '(is_to_be_recorded or published_at is not null) and '
        ~ micros_between('session_ended_at', 'as_of') ~ ' >= ' ~ allowed_micros,
        micros_between('session_ended_at', 'published_at') ~ ' <= ' ~ allowed_micros
    ) }},
    {{ measure(
        'transcript_rate',
        'published_at is not null and has_transcript is not null',
        'has_transcript'
    ) }}
from described
