-- The parts of a video that were played, as the player lists them; for a player that
-- lists none, from each start of playing to the position of the next statement.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_enrolments'},
) }}

with

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
    where
        (verb in ('played', 'paused', 'seeked') or activity_kind in ('video', 'audio'))
        and occurred_at is not null
    {{ only_touched('touched_enrolments', 'enrolment_id', 'and') }}
),

view_statements as (
    select
        statement_id,
        enrolment_id,
        object_id as activity_id,
        coalesce(video_session_id, technical_session_id, registration, '') as view_id,
        verb,
        occurred_at,
        video_time_seconds,
        case
            when verb = 'seeked' then video_time_from_seconds
            else video_time_seconds
        end as until_second,
        nullif(trim(played_segments), '') as played_segments
    from statements
),

followed as (
    select
        *,
        max(case when played_segments is not null then 1 else 0 end) over (
            partition by enrolment_id, activity_id, view_id
        ) as has_segments,
        lead(until_second) over (
            partition by enrolment_id, activity_id, view_id
            order by occurred_at asc, statement_id asc
        ) as next_until_second
    from view_statements
),

-- A player repeats the whole list with every statement; each list is read once.
distinct_reports as (
    select
        enrolment_id,
        activity_id,
        view_id,
        played_segments,
        max(until_second) as until_second
    from followed
    where played_segments is not null
    group by enrolment_id, activity_id, view_id, played_segments
),

lists as (
    select
        *,
        {{ split_text('played_segments', "'[,]'") }} as segments
    from distinct_reports
),

segments as (
    select
        lists.enrolment_id,
        lists.activity_id,
        lists.view_id,
        lists.until_second,
        segment.element as segment
    from lists {{ list_elements('lists.segments', 'segment') }}
),

-- The last segment is open while the video plays: it ends at the player's position.
bounded as (
    select
        enrolment_id,
        activity_id,
        view_id,
        {{ number_of("split_part(segment, '[.]', 1)") }} as from_second,
        case
            when trim(split_part(segment, '[.]', 2)) = '' then until_second
            else {{ number_of("split_part(segment, '[.]', 2)") }}
        end as to_second
    from segments
    union all
    select
        enrolment_id,
        activity_id,
        view_id,
        video_time_seconds as from_second,
        next_until_second as to_second
    from followed
    where verb = 'played' and has_segments = 0
)

select distinct
    enrolment_id,
    activity_id,
    view_id,
    greatest(from_second, 0) as from_second,
    to_second
from bounded
where
    from_second is not null
    and to_second > greatest(from_second, 0)
    -- A player may report NaN, which is greater than every number.
    and to_second < 1000000
