with

committed as (
    {{ committed_reports('contracts') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'contract_id',
            ],
            content=[
                'seats',
                'programme_id',
                'starts_on',
                'ends_on',
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        contract_id,
        programme_id,
        ---------- numerics
        seats,
        ---------- dates
        starts_on,
        ends_on
    from ranked
    where report_rank = 1
)

select * from renamed
