with

costs as (
    select * from {{ source('organisation', 'costs') }}
),

loads as (
    select load_id from {{ source('xapi', 'loads') }}
),

summed_by_report as (
    select
        costs.load_id,
        costs.reported_at,
        costs.source,
        costs.programme_id,
        costs.cohort_id,
        costs.kind,
        costs.currency,
        costs.amortised_months,
        costs.incurred_on,
        cast(sum(costs.amount) as double) as amount
    from costs
    inner join loads on costs.load_id = loads.load_id
    group by
        costs.load_id,
        costs.reported_at,
        costs.source,
        costs.programme_id,
        costs.cohort_id,
        costs.kind,
        costs.currency,
        costs.amortised_months,
        costs.incurred_on
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                "source",
                "programme_id",
                "coalesce(cohort_id, '')",
                "kind",
                "currency",
                "coalesce(amortised_months, 0)",
                "incurred_on",
            ],
            content=['amount', 'load_id']
        ) }} as report_rank
    from summed_by_report
),

renamed as (
    select
        ---------- ids
        source,
        programme_id,
        cohort_id,
        ---------- strings
        kind,
        currency,
        ---------- numerics
        amount,
        amortised_months,
        ---------- dates
        incurred_on
    from ranked
    where report_rank = 1
)

select * from renamed
