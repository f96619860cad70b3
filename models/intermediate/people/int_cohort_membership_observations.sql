-- What each delivery of a roster shows of a person's membership of a cohort. A complete
-- list of a cohort shows also who is missing; any other delivery shows those it names.
with

reports as (
    select * from {{ ref('stg_organisation__enrolments') }}
    where cohort_id is not null and delivery_id is not null
),

deliveries as (
    select * from {{ ref('stg_organisation__roster_deliveries') }}
),

listed as (
    select
        source,
        delivery_id,
        cohort_id,
        role,
        learner_key,
        min(case when is_withdrawn then 0 else 1 end) as is_member
    from reports
    group by source, delivery_id, cohort_id, role, learner_key
),

ever_listed as (
    select distinct
        source,
        cohort_id,
        role,
        learner_key
    from listed
),

by_cohort_lists as (
    select
        ever_listed.source,
        ever_listed.cohort_id,
        ever_listed.role,
        ever_listed.learner_key,
        deliveries.delivered_at,
        coalesce(listed.is_member, 0) as is_member
    from ever_listed
    inner join deliveries
        on
            ever_listed.source = deliveries.source
            and ever_listed.cohort_id = deliveries.cohort_id
    left join listed
        on
            deliveries.source = listed.source
            and deliveries.delivery_id = listed.delivery_id
            and ever_listed.cohort_id = listed.cohort_id
            and ever_listed.role = listed.role
            and ever_listed.learner_key = listed.learner_key
    where deliveries.is_complete or listed.learner_key is not null
),

by_change_sets as (
    select
        listed.source,
        listed.cohort_id,
        listed.role,
        listed.learner_key,
        deliveries.delivered_at,
        listed.is_member
    from listed
    inner join deliveries
        on
            listed.source = deliveries.source
            and listed.delivery_id = deliveries.delivery_id
            and deliveries.cohort_id is null
    left join deliveries as cohort_lists
        on
            listed.source = cohort_lists.source
            and listed.delivery_id = cohort_lists.delivery_id
            and listed.cohort_id = cohort_lists.cohort_id
    where cohort_lists.cohort_id is null
)

select
    source,
    cohort_id,
    role,
    learner_key,
    delivered_at,
    is_member = 1 as is_member
from by_cohort_lists
union all
select
    source,
    cohort_id,
    role,
    learner_key,
    delivered_at,
    is_member = 1 as is_member
from by_change_sets
