with

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
    where
        (verb in ('played', 'paused', 'seeked') or activity_kind in ('video', 'audio'))
        and occurred_at is not null
),

segments as (
    select * from {{ ref('int_video_segments_merged') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

lengths as (
    select
        object_id as activity_id,
        max(case when video_length_seconds > 0 then video_length_seconds end)
            as length_seconds
    from statements
    group by object_id
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

-- Players report a last second beyond the end; nobody can watch more than there is.
watched as (
    select
        segments.enrolment_id,
        segments.activity_id,
        sum(
            greatest(
                0,
                coalesce(
                    least(segments.to_second, lengths.length_seconds),
                    segments.to_second
                ) - segments.from_second
            )
        ) as watched_seconds
    from segments
    left join lengths on segments.activity_id = lengths.activity_id
    group by segments.enrolment_id, segments.activity_id
),

gathered as (
    select
        views.*,
        lengths.length_seconds,
        coalesce(watched.watched_seconds, 0) as watched_seconds,
        coalesce(watched.watched_seconds, 0) / lengths.length_seconds as watched_share,
        coalesce(views.completion_threshold, {{ var('video_watched_share') }})
            as threshold
    from views
    left join lengths on views.activity_id = lengths.activity_id
    left join watched
        on
            views.enrolment_id = watched.enrolment_id
            and views.activity_id = watched.activity_id
)

select
    ---------- ids
    gathered.enrolment_id,
    enrolments.learner_key,
    enrolments.programme_id,
    enrolments.cohort_id,
    gathered.activity_id,
    ---------- strings
    enrolments.delivery_mode,
    enrolments.outcome_category,
    ---------- numerics
    cast(gathered.view_count as bigint) as view_count,
    cast(gathered.forward_seek_count as bigint) as forward_seek_count,
    cast(gathered.backward_seek_count as bigint) as backward_seek_count,
    cast(gathered.watched_seconds as double) as watched_seconds,
    cast(gathered.length_seconds as double) as length_seconds,
    cast(gathered.watched_share as double) as watched_share,
    ---------- booleans
    gathered.watched_share >= gathered.threshold as is_watched,
    ---------- timestamps
    gathered.first_seen_at,
    gathered.last_seen_at
from gathered
inner join enrolments on gathered.enrolment_id = enrolments.enrolment_id
