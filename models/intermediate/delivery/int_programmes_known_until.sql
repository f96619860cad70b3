-- The moment up to which a programme is known: the earliest watermark of its live
-- sources, so that one late source does not look like a fall in activity.
{{ config(materialized='table') }}

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

speaking as (
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

measured as (
    select
        speaking.programme_id,
        min(case when not watermarks.is_ended then watermarks.watermark_at end)
            as live_until,
        max(case when watermarks.is_ended then watermarks.watermark_at end)
            as ended_at,
        min(case when watermarks.is_ended then 1 else 0 end) = 1 as is_ended
    from speaking
    inner join watermarks on speaking.source = watermarks.source
    group by speaking.programme_id
),

overall as (
    select max(watermark_at) as last_watermark_at from watermarks
)

select
    programmes.programme_id,
    coalesce(measured.is_ended, false) as is_ended,
    {% if var('as_of') -%}
        cast('{{ var("as_of") }}' as timestamp) as as_of
    {%- else -%}
        coalesce(
            measured.live_until, measured.ended_at, overall.last_watermark_at
        ) as as_of
    {%- endif %}
from programmes
cross join overall
left join measured on programmes.programme_id = measured.programme_id
