-- Up to when a programme is known: its completions, its attendances, and all activity.
-- Each is known up to the earliest watermark of the live sources that it needs: a late
-- source neither looks like a fall nor holds back what it does not report.
{{ config(
    materialized='incremental',
    unique_key='programme_id',
    meta={'hands_on': ['as_of', 'is_ended', 'activity_as_of']},
) }}

{%- set is_live = "coalesce(role = 'live' or activity_kind = 'live_session', false)" -%}

with

statements as (
    select * from {{ ref('int_statements_bound_to_programmes') }}
),

enrolments as (
    select * from {{ ref('int_roster_entries') }}
),

programmes as (
    select * from {{ ref('stg_organisation__programmes') }}
),

watermarks as (
    select * from {{ ref('int_source_watermarks') }}
),

programme_sources as (
    select
        programme_id,
        source,
        {{ is_live }} as is_attendance
    from statements
    where programme_id is not null
    group by programme_id, source, {{ is_live }}
    union
    select
        programme_id,
        source,
        false as is_attendance
    from enrolments
    group by programme_id, source
),

programme_watermarks as (
    select
        programme_sources.programme_id,
        min(case when not watermarks.is_ended then watermarks.watermark_at end)
            as live_until,
        min(
            case
                when not watermarks.is_ended and not programme_sources.is_attendance
                    then watermarks.watermark_at
            end
        ) as learning_until,
        min(
            case
                when not watermarks.is_ended and programme_sources.is_attendance
                    then watermarks.watermark_at
            end
        ) as attendance_until,
        max(case when watermarks.is_ended then watermarks.watermark_at end)
            as ended_at,
        min(case when watermarks.is_ended then 1 else 0 end) = 1 as is_ended
    from programme_sources
    inner join watermarks on programme_sources.source = watermarks.source
    group by programme_sources.programme_id
),

latest_watermark as (
    select max(watermark_at) as watermark_at from watermarks
)

select
    programmes.programme_id,
    coalesce(programme_watermarks.is_ended, false) as is_ended,
    {% if var('as_of') -%}
        cast('{{ var("as_of") }}' as timestamp) as as_of,
        cast('{{ var("as_of") }}' as timestamp) as attendance_as_of,
        cast('{{ var("as_of") }}' as timestamp) as activity_as_of
    {%- else -%}
        coalesce(
            case
                when programmes.completion_class = 'attendance'
                    then programme_watermarks.live_until
                else programme_watermarks.learning_until
            end,
            programme_watermarks.live_until,
            programme_watermarks.ended_at,
            latest_watermark.watermark_at
        ) as as_of,
        coalesce(
            programme_watermarks.attendance_until,
            programme_watermarks.live_until,
            programme_watermarks.ended_at,
            latest_watermark.watermark_at
        ) as attendance_as_of,
        coalesce(
            programme_watermarks.live_until,
            programme_watermarks.ended_at,
            latest_watermark.watermark_at
        ) as activity_as_of
    {%- endif %}
from programmes
cross join latest_watermark
left join programme_watermarks
    on programmes.programme_id = programme_watermarks.programme_id
