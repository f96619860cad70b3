{{ config(
    materialized='incremental',
    unique_key=['session_id', 'enrolment_id'],
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

{%- set second_micros = ' * cast(1000000 as bigint)' %}

with

attendances as (
    select * from {{ ref('fct_session_attendances') }}
    where
        attendance_status in ('attended', 'no_show', 'excused')
        and enrolment_id is not null
),

recordings as (
    select
        *,
        {{ add_days('published_at', var('recording_use_days')) }} as use_until
    from {{ ref('fct_recordings') }}
    where published_at is not null
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

video_views as (
    select * from {{ ref('fct_video_views') }}
),

session_references as (
    select * from {{ ref('int_session_references') }}
),

-- What a player reports of a recording is of the learner's enrolment; of a recording
-- that was begun in time, all that was watched counts.
played as (
    select
        recordings.session_id,
        recordings.programme_id,
        video_views.enrolment_id,
        {{ micros_of_seconds('video_views.watched_seconds') }} as watched_micros,
        video_views.watched_share
    from recordings
    inner join video_views on recordings.activity_id = video_views.activity_id
    where video_views.first_seen_at <= recordings.use_until
),

reported as (
    select
        recordings.session_id,
        recordings.programme_id,
        views.learner_key,
        cast(
            sum({{ micros_of_seconds('views.minutes * 60.0') }}) as bigint
        ) as watched_micros
    from {{ ref('stg_organisation__recording_views') }} as views
    inner join session_references
        on
            views.cohort_id = session_references.cohort_id
            and views.session_starts_at = session_references.session_starts_at
    inner join recordings on session_references.session_id = recordings.session_id
    where views.viewed_at <= recordings.use_until
    group by recordings.session_id, recordings.programme_id, views.learner_key
),

-- Where no view of any recording of a programme is known, nobody reports them.
programmes_with_views as (
    select programme_id from played
    union
    select programme_id from reported
),

described as (
    select
        attendances.*,
        recordings.published_at,
        recordings.use_until <= known_until.as_of
        and programmes_with_views.programme_id is not null as is_known,
        greatest(
            coalesce(played.watched_micros, 0), coalesce(reported.watched_micros, 0)
        ) as watched_micros,
        greatest(
            coalesce(
                played.watched_share,
                cast(played.watched_micros as double)
                / nullif({{ micros_of_seconds('attendances.session_seconds') }}, 0),
                0
            ),
            coalesce(
                cast(reported.watched_micros as double)
                / nullif({{ micros_of_seconds('attendances.session_seconds') }}, 0),
                0
            )
        ) as watched_share
    from attendances
    inner join recordings on attendances.session_id = recordings.session_id
    left join known_until on attendances.programme_id = known_until.programme_id
    left join programmes_with_views
        on attendances.programme_id = programmes_with_views.programme_id
    left join played
        on
            attendances.session_id = played.session_id
            and attendances.enrolment_id = played.enrolment_id
    left join reported
        on
            attendances.session_id = reported.session_id
            and attendances.learner_key = reported.learner_key
)

select
    ---------- ids
    session_id,
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    attendance_status,
    ---------- numerics
    {{ seconds_of_micros('watched_micros') }} as watched_seconds,
    watched_share,
    ---------- dates
    session_quarter_date,
    ---------- timestamps
    published_at,
    ---------- measures, null where the expected attendance is not in the base
    {{ measure(
        'catch_up_rate',
        "is_known and attendance_status in ('no_show', 'excused')",
        'watched_share >= ' ~ var('recording_caught_up_share')
    ) }},
    {{ measure(
        'recording_revisit_rate',
        "is_known and attendance_status = 'attended'",
        'watched_micros >= ' ~ var('recording_revisit_seconds') ~ second_micros
    ) }}
from described
