with

committed as (
    {{ committed_reports('assessment_items') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'item_id',
            ],
            content=[
                'activity_id',
                'is_critical',
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        item_id,
        activity_id,
        ---------- booleans
        is_critical
    from ranked
    where report_rank = 1
)

select * from renamed
