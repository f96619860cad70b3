{{ config(
    materialized='incremental',
    unique_key='activity_id',
    meta={'hands_on': ['programme_id']},
) }}

with

committed as (
    {{ committed_reports('activities') }}
),

-- A workbook about programmes is read as a whole: of an activity that several name,
-- the last one counts, so that one can be moved to another programme, or taken out.
held as (
    select
        *,
        max(case when connector = 'programmes' then reported_at end) over (
            partition by activity_id
        ) as last_workbook_at
    from committed
),

current_reports as (
    select * from held
    where
        programme_id <> ''
        and (
            coalesce(connector, '') <> 'programmes'
            or reported_at = last_workbook_at
        )
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
    from current_reports
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
