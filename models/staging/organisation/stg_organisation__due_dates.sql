{{ config(
    materialized='incremental',
    unique_key='programme_id',
) }}

with

committed as (
    {{ committed_reports('due_dates') }}
),

still_there as (
    {{ without_rows_taken_out(
        'committed', 'cohort_id', "due_at > cast('1970-01-01' as timestamp)"
    ) }}
),

of_learners as (
    {{ with_learners('still_there', keeps_restricted=true) }}
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
