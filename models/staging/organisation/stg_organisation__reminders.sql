{{ config(
    materialized='incremental',
    unique_key='learner_key',
) }}

with

committed as (
    {{ committed_reports('reminders') }}
),

of_learners as (
    {{ with_learners('committed') }}
),

-- A reminder is sent once, however often it is reported.
renamed as (
    select distinct
        ---------- ids
        learner_key,
        cohort_id,
        ---------- timestamps
        session_starts_at,
        sent_at
    from of_learners
)

select * from renamed
