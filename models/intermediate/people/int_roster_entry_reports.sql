-- Every report of a roster entry, dated by the delivery that it came in. A change set
-- names only the cohort, whose programme completes the entry. A cohort that the
-- organisation moved to another programme than the roster's takes its members along.
with

reports as (
    select * from {{ ref('stg_organisation__enrolments') }}
),

roster_deliveries as (
    select * from {{ ref('stg_organisation__roster_deliveries') }}
),

cohorts as (
    select * from {{ ref('stg_organisation__cohorts') }}
),

delivery_dates as (
    select
        source,
        delivery_id,
        min(delivered_at) as delivered_at
    from roster_deliveries
    where cohort_id is null
    group by source, delivery_id
),

completed as (
    select
        reports.source,
        reports.learner_key,
        case
            when reports.delivery_id is not null
                then coalesce(cohorts.programme_id, reports.programme_id)
            else coalesce(reports.programme_id, cohorts.programme_id)
        end as programme_id,
        reports.cohort_id,
        reports.registration,
        reports.role,
        reports.period_key,
        reports.segment,
        reports.business_unit,
        reports.region,
        reports.language,
        reports.tenure_band,
        reports.prior_completion_band,
        reports.previous_attempts,
        reports.studied_credits,
        reports.is_withdrawn,
        reports.is_waived,
        coalesce(delivery_dates.delivered_at, reports.reported_at) as reported_at,
        reports.enrolled_at,
        reports.withdrawn_at,
        reports.due_at,
        reports.ends_at
    from reports
    left join cohorts on reports.cohort_id = cohorts.cohort_id
    left join delivery_dates
        on
            reports.source = delivery_dates.source
            and reports.delivery_id = delivery_dates.delivery_id
)

select * from completed
where programme_id is not null
