-- Of reports of one moment the one with the finer times counts.
with

committed as (
    {{ committed_reports('technical_sessions') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'source',
                'technical_session_id',
            ],
            content=[
                'join_key',
                'title_key',
                '-precision_seconds',
                'starts_at',
                'ends_at',
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        source,
        technical_session_id,
        join_key,
        title_key,
        ---------- numerics
        precision_seconds,
        ---------- timestamps
        starts_at,
        ends_at
    from ranked
    where report_rank = 1
)

select * from renamed
