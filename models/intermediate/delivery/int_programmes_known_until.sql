-- A programme is known up to the earliest watermark of its live sources, so that one
-- late source does not look like a fall in activity.
{{ config(
    materialized='incremental',
    unique_key='programme_id',
    meta={'hands_on': ['as_of', 'is_ended']},
) }}

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
        source
    from statements
    where programme_id is not null
    group by programme_id, source
    union
    select
        programme_id,
        source
    from enrolments
    group by programme_id, source
),

programme_watermarks as (
    select
        programme_sources.programme_id,
        min(case when not watermarks.is_ended then watermarks.watermark_at end)
            as live_until,
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
        cast('{{ var("as_of") }}' as timestamp) as as_of
    {%- else -%}
        coalesce(
            programme_watermarks.live_until,
            programme_watermarks.ended_at,
            latest_watermark.watermark_at
        ) as as_of
    {%- endif %}
from programmes
cross join latest_watermark
left join programme_watermarks
    on programmes.programme_id = programme_watermarks.programme_id
