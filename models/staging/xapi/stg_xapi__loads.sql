with

loads as (
    select * from {{ source('xapi', 'loads') }}
),

renamed as (
    select
        ---------- ids
        load_id,
        source,
        superseded_by,
        ---------- strings
        connector,
        variant,
        ---------- numerics
        read_count,
        landed_count,
        replayed_count,
        rejected_count,
        conflicting_count,
        undated_count,
        row_count,
        ---------- timestamps
        report_start_at,
        report_end_at,
        committed_at
    from loads
)

select * from renamed
