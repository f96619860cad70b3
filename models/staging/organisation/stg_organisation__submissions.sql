{{ config(
    materialized='incremental',
    unique_key='learner_key',
) }}

with

committed as (
    {{ committed_reports('submissions') }}
),

of_learners as (
    {{ with_learners('committed') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'learner_key',
                'programme_id',
                'activity_id',
                'submitted_at',
            ],
            content=[
                'feedback_at',
                'grader_kind',
                'due_at',
            ]
        ) }} as report_rank
    from of_learners
    where learner_key is not null and submitted_at is not null
),

renamed as (
    select
        ---------- ids
        learner_key,
        programme_id,
        activity_id,
        ---------- strings
        grader_kind,
        ---------- timestamps
        submitted_at,
        feedback_at,
        due_at
    from ranked
    where report_rank = 1
)

select * from renamed
