with

committed as (
    {{ committed_reports('costs') }}
),

summed_by_report as (
    select
        load_id,
        reported_at,
        source,
        programme_id,
        cohort_id,
        kind,
        basis,
        currency,
        amortised_months,
        incurred_on,
        cast(sum({{ whole_number('amount * 1000000.0') }}) as bigint) as amount_micros
    from committed
    group by
        load_id,
        reported_at,
        source,
        programme_id,
        cohort_id,
        kind,
        basis,
        currency,
        amortised_months,
        incurred_on
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
                "coalesce(basis, '')",
                "currency",
                "coalesce(amortised_months, 0)",
                "incurred_on",
            ],
            content=['amount_micros', 'load_id']
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
        basis,
        currency,
        ---------- numerics
        amount_micros,
        amortised_months,
        ---------- dates
        incurred_on
    from ranked
    where report_rank = 1
)

select * from renamed
