with

programmes as (
    select * from {{ ref('dim_programmes') }}
),

mode_references as (
    select * from {{ ref('int_programme_mode_references') }}
),

exceptions as (
    select * from {{ ref('stg_organisation__mode_exceptions') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

-- What is known of each mode from the enrolments whose time is over.
counted as (
    select
        programme_id,
        count(distinct case when delivery_mode = 'sync' then cohort_id end)
            as sync_cohort_count,
        count(distinct case when delivery_mode = 'async' then cohort_id end)
            as async_cohort_count,
        count(distinct case when delivery_mode = 'hybrid' then cohort_id end)
            as hybrid_cohort_count,
        count(*) as enrolment_count,
        cast(sum(
            case when delivery_mode = 'sync' then completion_rate_denominator end
        ) as bigint) as sync_rated_count,
        cast(sum(
            case when delivery_mode = 'sync' then completion_rate_numerator end
        ) as bigint) as sync_completed_count,
        cast(sum(
            case when delivery_mode = 'async' then completion_rate_denominator end
        ) as bigint) as async_rated_count,
        cast(sum(
            case when delivery_mode = 'async' then completion_rate_numerator end
        ) as bigint) as async_completed_count,
        cast(sum(
            case when delivery_mode = 'hybrid' then completion_rate_denominator end
        ) as bigint) as hybrid_rated_count,
        cast(sum(
            case when delivery_mode = 'hybrid' then completion_rate_numerator end
        ) as bigint) as hybrid_completed_count
    from enrolments
    group by programme_id
)

select
    ---------- ids
    programmes.programme_id,
    ---------- strings
    programmes.outcome_category,
    mode_references.second_outcome_category,
    mode_references.reference_mode,
    mode_references.reference_reason,
    mode_references.adopted_by_role as reference_adopted_by_role,
    programmes.default_delivery_mode,
    exceptions.reason as exception_reason,
    ---------- numerics
    coalesce(counted.enrolment_count, 0) as enrolment_count,
    coalesce(counted.sync_cohort_count, 0) as sync_cohort_count,
    coalesce(counted.async_cohort_count, 0) as async_cohort_count,
    coalesce(counted.hybrid_cohort_count, 0) as hybrid_cohort_count,
    counted.sync_rated_count,
    counted.sync_completed_count,
    counted.async_rated_count,
    counted.async_completed_count,
    counted.hybrid_rated_count,
    counted.hybrid_completed_count,
    ---------- booleans
    {{ is_aligned(
        'programmes.default_delivery_mode', 'mode_references.reference_mode'
    ) }} as is_aligned,
    exceptions.programme_id is not null as has_exception,
    ---------- dates
    mode_references.adopted_on as reference_adopted_on,
    exceptions.decided_on as exception_decided_on,
    exceptions.review_on as exception_review_on
from programmes
left join mode_references on programmes.programme_id = mode_references.programme_id
left join exceptions on programmes.programme_id = exceptions.programme_id
left join counted on programmes.programme_id = counted.programme_id
