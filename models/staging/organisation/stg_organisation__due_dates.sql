{{ config(
    materialized='incremental',
    unique_key='programme_id',
) }}

with

committed as (
    {{ committed_reports('due_dates') }}
),

of_learners as (
    {{ with_learners('committed', keeps_restricted=true) }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'programme_id',
                "coalesce(cohort_id, '')",
                "coalesce(learner_key, '')",
                "coalesce(period_key, '')",
            ],
            content=[
                'cohort_id',
                'period_key',
                'due_at',
            ]
        ) }} as report_rank
    from of_learners
),

renamed as (
    select
        ---------- ids
        programme_id,
        cohort_id,
        learner_key,
        ---------- strings
        period_key,
        ---------- timestamps
        due_at
    from ranked
    where report_rank = 1
)

select * from renamed
