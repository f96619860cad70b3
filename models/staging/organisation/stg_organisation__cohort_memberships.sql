with

enrolments as (
    select * from {{ source('organisation', 'enrolments') }}
),

loads as (
    select
        load_id,
        started_at
    from {{ source('xapi', 'loads') }}
),

learner_links as (
    select * from {{ ref('stg_xapi__learner_links') }}
),

restricted_learners as (
    select * from {{ ref('stg_xapi__restricted_learners') }}
),

deliveries as (
    select
        roster_deliveries.source,
        roster_deliveries.delivery_id,
        roster_deliveries.cohort_id,
        roster_deliveries.is_complete,
        min(coalesce(roster_deliveries.reported_at, loads.started_at))
            as delivered_at
    from {{ source('organisation', 'roster_deliveries') }} as roster_deliveries
    inner join loads on roster_deliveries.load_id = loads.load_id
    group by
        roster_deliveries.source, roster_deliveries.delivery_id,
        roster_deliveries.cohort_id, roster_deliveries.is_complete
),

seats as (
    select
        enrolments.source,
        enrolments.delivery_id,
        enrolments.cohort_id,
        coalesce(enrolments.role, 'learner') as role,
        coalesce(
            learner_links.learner_key, enrolments.actor_key
        ) as learner_key,
        min(case when enrolments.is_withdrawn then 0 else 1 end) as is_member
    from enrolments
    inner join loads on enrolments.load_id = loads.load_id
    left join learner_links
        on enrolments.actor_key = learner_links.actor_key
    left join restricted_learners
        on
            coalesce(learner_links.learner_key, enrolments.actor_key)
            = restricted_learners.learner_key
    where
        restricted_learners.learner_key is null
        and enrolments.cohort_id is not null
        and enrolments.delivery_id is not null
    group by
        enrolments.source, enrolments.delivery_id, enrolments.cohort_id,
        coalesce(enrolments.role, 'learner'),
        coalesce(learner_links.learner_key, enrolments.actor_key)
),

ever_seated as (
    select distinct
        source,
        cohort_id,
        role,
        learner_key
    from seats
),

-- A list of the whole cohort speaks of everybody; any other delivery of whom it names.
observations as (
    select
        ever_seated.source,
        ever_seated.cohort_id,
        ever_seated.role,
        ever_seated.learner_key,
        deliveries.delivered_at,
        coalesce(seats.is_member, 0) as is_member
    from ever_seated
    inner join deliveries
        on
            ever_seated.source = deliveries.source
            and ever_seated.cohort_id = deliveries.cohort_id
    left join seats
        on
            deliveries.source = seats.source
            and deliveries.delivery_id = seats.delivery_id
            and ever_seated.cohort_id = seats.cohort_id
            and ever_seated.role = seats.role
            and ever_seated.learner_key = seats.learner_key
    where deliveries.is_complete or seats.learner_key is not null
    union all
    select
        seats.source,
        seats.cohort_id,
        seats.role,
        seats.learner_key,
        deliveries.delivered_at,
        seats.is_member
    from seats
    inner join deliveries
        on
            seats.source = deliveries.source
            and seats.delivery_id = deliveries.delivery_id
            and deliveries.cohort_id is null
    left join deliveries as lists
        on
            seats.source = lists.source
            and seats.delivery_id = lists.delivery_id
            and seats.cohort_id = lists.cohort_id
    where lists.cohort_id is null
),

compared as (
    select
        *,
        lag(is_member) over (
            partition by source, cohort_id, role, learner_key
            order by delivered_at asc, is_member asc
        ) as was_member
    from observations
),

changes as (
    select
        *,
        lead(delivered_at) over (
            partition by source, cohort_id, role, learner_key
            order by delivered_at asc, is_member asc
        ) as next_change_at
    from compared
    where was_member is null or was_member != is_member
),

renamed as (
    select
        ---------- ids
        source,
        cohort_id,
        learner_key,
        ---------- strings
        role,
        ---------- timestamps
        delivered_at as member_from,
        next_change_at as member_until
    from changes
    where is_member = 1
)

select * from renamed
