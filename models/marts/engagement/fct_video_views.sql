{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_video_views'},
) }}

with

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
    where
        (verb in ('played', 'paused', 'seeked') or activity_kind in ('video', 'audio'))
        and occurred_at is not null
    {{ only_touched('touched_video_views', 'enrolment_id', 'and') }}
),

segments as (
    select * from {{ ref('int_video_segments_merged') }}
    {{ only_touched('touched_video_views', 'enrolment_id') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

lengths as (
    select * from {{ ref('int_video_lengths') }}
),

views as (
    select
        enrolment_id,
        object_id as activity_id,
        count(
            distinct coalesce(video_session_id, technical_session_id, registration, '')
        ) as view_count,
        sum(
            case
                when
                    verb = 'seeked'
                    and video_time_to_seconds > video_time_from_seconds
                    then 1
                else 0
            end
        ) as forward_seek_count,
        sum(
            case
                when
                    verb = 'seeked'
                    and video_time_to_seconds < video_time_from_seconds
                    then 1
                else 0
            end
        ) as backward_seek_count,
        max(
            case when completion_threshold between 0 and 1 then completion_threshold end
        ) as completion_threshold,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at
    from statements
    group by enrolment_id, object_id
),

-- Players report positions beyond the end; a segment is cut at the length of the video.
clipped_segments as (
    select
        segments.enrolment_id,
        segments.activity_id,
        segments.from_second,
        coalesce(
            least(segments.to_second, lengths.length_seconds), segments.to_second
        ) as to_second
    from segments
    left join lengths on segments.activity_id = lengths.activity_id
),

watched as (
    select
        enrolment_id,
        activity_id,
        cast(sum({{ micros_of_seconds('to_second - from_second') }}) as bigint)
            as watched_micros
    from clipped_segments
    where to_second > from_second
    group by enrolment_id, activity_id
),

gathered as (
    select
        views.*,
        lengths.length_seconds,
        {{ micros_of_seconds('lengths.length_seconds') }} as length_micros,
        coalesce(watched.watched_micros, 0) as watched_micros,
        coalesce(views.completion_threshold, {{ var('video_watched_share') }})
            as required_share
    from views
    left join lengths on views.activity_id = lengths.activity_id
    left join watched
        on
            views.enrolment_id = watched.enrolment_id
            and views.activity_id = watched.activity_id
),

measured as (
    select
        *,
        cast(watched_micros as double) / nullif(length_micros, 0) as watched_share
    from gathered
)

select
    ---------- ids
    measured.enrolment_id,
    enrolments.learner_key,
    enrolments.programme_id,
    enrolments.cohort_id,
    measured.activity_id,
    ---------- strings
    enrolments.delivery_mode,
    enrolments.outcome_category,
    ---------- numerics
    cast(measured.view_count as bigint) as view_count,
    cast(measured.forward_seek_count as bigint) as forward_seek_count,
    cast(measured.backward_seek_count as bigint) as backward_seek_count,
    {{ seconds_of_micros('measured.watched_micros') }} as watched_seconds,
    cast(measured.length_seconds as double) as length_seconds,
    cast(measured.watched_share as double) as watched_share,
    ---------- booleans
    measured.watched_share >= measured.required_share as is_watched,
    ---------- timestamps
    measured.first_seen_at,
    measured.last_seen_at
from measured
inner join enrolments on measured.enrolment_id = enrolments.enrolment_id
