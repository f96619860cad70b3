{{ config(
    materialized='incremental',
    unique_key='activity_id',
    meta={'hands_on': ['programme_id']},
) }}

with

committed as (
    {{ committed_reports('activities') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'activity_id',
                'programme_id',
                "coalesce(cohort_id, '')",
            ],
            content=[
                'cohort_id',
                'activity_name',
                'role',
                'phase_no',
                'weight',
                'due_at',
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        activity_id,
        programme_id,
        cohort_id,
        ---------- strings
        activity_name,
        role,
        ---------- numerics
        phase_no,
        weight,
        ---------- timestamps
        due_at
    from ranked
    where report_rank = 1
)

select * from renamed
