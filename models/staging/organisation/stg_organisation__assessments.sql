with

committed as (
    {{ committed_reports('assessments') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'activity_id',
                'programme_id',
            ],
            content=[
                'kind',
                'form',
                'mastery_score',
                'is_live',
                'unit_activity_id',
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        activity_id,
        programme_id,
        unit_activity_id,
        ---------- strings
        kind,
        form,
        ---------- numerics
        mastery_score,
        ---------- booleans
        is_live
    from ranked
    where report_rank = 1
)

select * from renamed
