with

committed as (
    {{ committed_reports('session_quality') }}
),

-- Of two reports of one run at the same time, the one with more observations counts.
ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'source',
                'technical_session_id',
                'measure',
            ],
            content=[
                'observation_count',
                'value',
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        source,
        technical_session_id,
        ---------- strings
        measure,
        ---------- numerics
        value as mean_value,
        observation_count
    from ranked
    where report_rank = 1
)

select * from renamed
