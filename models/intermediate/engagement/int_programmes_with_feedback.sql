-- Where nobody ever records feedback, work without any is no evidence of waiting.
{{ config(
    materialized='incremental',
    unique_key='programme_id',
) }}

with

submissions as (
    select * from {{ ref('int_submissions') }}
    where is_handed_in and feedback_at is not null
),

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
)

select distinct episodes.programme_id
from submissions
inner join episodes on submissions.enrolment_id = episodes.enrolment_id
