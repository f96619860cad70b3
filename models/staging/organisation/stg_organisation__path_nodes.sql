with

committed as (
    {{ committed_reports('path_nodes') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'programme_id',
                'activity_id',
            ],
            content=[
                'position',
                'is_required',
                'requires_activity_id',
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        programme_id,
        activity_id,
        requires_activity_id,
        ---------- numerics
        position,
        ---------- booleans
        coalesce(is_required, true) as is_required
    from ranked
    where report_rank = 1
)

select * from renamed
