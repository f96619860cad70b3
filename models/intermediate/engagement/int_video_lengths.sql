-- No video lasts 30 years: a greater number is not read as a length.
{{ config(
    materialized='incremental',
    unique_key='activity_id',
) }}

with

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
    where
        (verb in ('played', 'paused', 'seeked') or activity_kind in ('video', 'audio'))
        and occurred_at is not null
)

select
    object_id as activity_id,
    max(
        case
            when video_length_seconds > 0 and video_length_seconds < 1000000000
                then video_length_seconds
        end
    ) as length_seconds
from statements
group by object_id
