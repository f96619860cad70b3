with

committed as (
    {{ committed_reports('sessions') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'join_key',
            ],
            content=[
                'cohort_id',
                'policy',
                'phase_no',
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        join_key,
        cohort_id,
        ---------- strings
        policy,
        ---------- numerics
        phase_no
    from ranked
    where report_rank = 1
)

select * from renamed
