with

committed as (
    {{ committed_reports('sources') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'source',
            ],
            content=[
                'is_ended',
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        source,
        ---------- booleans
        is_ended
    from ranked
    where report_rank = 1
)

select * from renamed
