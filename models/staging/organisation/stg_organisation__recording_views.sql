{{ config(
    materialized='incremental',
    unique_key='learner_key',
) }}

with

committed as (
    {{ committed_reports('recording_views') }}
),

of_learners as (
    {{ with_learners('committed') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=['learner_key', 'cohort_id', 'session_starts_at', 'viewed_at'],
            content=['minutes']
        ) }} as report_rank
    from of_learners
),

renamed as (
    select
        ---------- ids
        learner_key,
        cohort_id,
        ---------- numerics
        minutes,
        ---------- timestamps
        session_starts_at,
        viewed_at
    from ranked
    where report_rank = 1
)

select * from renamed
