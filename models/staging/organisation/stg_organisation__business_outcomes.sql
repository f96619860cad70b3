with

committed as (
    {{ committed_reports('business_outcomes') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'programme_id',
                'metric',
                'quarter',
            ],
            content=[
                'actual_value',
                'planned_value',
                'benefit_amount',
                'currency',
                'isolation_share',
                'isolation_method',
                'confidence_share',
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        programme_id,
        ---------- strings
        metric,
        currency,
        isolation_method,
        ---------- numerics
        planned_value,
        actual_value,
        benefit_amount,
        isolation_share,
        confidence_share,
        ---------- dates
        quarter
    from ranked
    where report_rank = 1
)

select * from renamed
