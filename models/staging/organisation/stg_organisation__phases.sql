with

committed as (
    {{ committed_reports('phases') }}
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
    from committed
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
