with

committed as (
    {{ committed_reports('phases') }}
),

still_there as (
    {{ without_rows_taken_out('committed', 'programme_id', 'phase_no > 0') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'programme_id',
                "coalesce(cohort_id, '')",
                'phase_no',
            ],
            content=[
                'cohort_id',
                'phase_name',
                'delivery_mode',
                'starts_at',
                'ends_at',
                'is_required',
            ]
        ) }} as report_rank
    from still_there
),

renamed as (
    select
        ---------- ids
        programme_id,
        cohort_id,
        ---------- strings
        phase_name,
        delivery_mode,
        ---------- numerics
        phase_no,
        ---------- booleans
        coalesce(is_required, true) as is_required,
        ---------- timestamps
        starts_at,
        ends_at
    from ranked
    where report_rank = 1
)

select * from renamed
