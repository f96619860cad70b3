with

committed as (
    {{ committed_reports('roster_deliveries') }}
),

renamed as (
    select
        ---------- ids
        source,
        delivery_id,
        cohort_id,
        ---------- booleans
        is_complete,
        ---------- timestamps
        min(coalesce(reported_at, load_started_at)) as delivered_at
    from committed
    group by source, delivery_id, cohort_id, is_complete
)

select * from renamed
