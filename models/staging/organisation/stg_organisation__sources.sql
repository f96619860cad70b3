with

sources as (
    select * from {{ source('organisation', 'sources') }}
),

loads as (
    select load_id from {{ source('xapi', 'loads') }}
),

committed as (
    select sources.*
    from sources
    inner join loads on sources.load_id = loads.load_id
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
