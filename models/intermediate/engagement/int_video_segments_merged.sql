-- A second of a video counts once, however often it was played.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_enrolments'},
) }}

with

segments as (
    select * from {{ ref('int_video_segments') }}
    {{ only_touched('touched_enrolments', 'enrolment_id') }}
),

numbered_segments as (
    select
        *,
        row_number() over (
            partition by enrolment_id, activity_id
            order by from_second asc, to_second asc, view_id asc
        ) as segment_no
    from segments
),

preceded as (
    select
        *,
        max(to_second) over (
            partition by enrolment_id, activity_id order by segment_no asc
            rows between unbounded preceding and 1 preceding
        ) as played_until_second
    from numbered_segments
),

in_intervals as (
    select
        *,
        sum(case when from_second <= played_until_second then 0 else 1 end) over (
            partition by enrolment_id, activity_id order by segment_no asc
            rows between unbounded preceding and current row
        ) as interval_no
    from preceded
)

select
    enrolment_id,
    activity_id,
    cast(interval_no as bigint) as interval_no,
    min(from_second) as from_second,
    max(to_second) as to_second
from in_intervals
group by enrolment_id, activity_id, interval_no
