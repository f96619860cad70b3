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

cohorts as (
    select * from {{ ref('stg_organisation__cohorts') }}
),

learner_links as (
    select * from {{ ref('stg_xapi__learner_links') }}
),

restricted_learners as (
    select * from {{ ref('stg_xapi__restricted_learners') }}
),

-- When a roster was delivered: its own day, else when it landed.
deliveries as (
    select
        roster_deliveries.source,
        roster_deliveries.delivery_id,
        roster_deliveries.cohort_id,
        roster_deliveries.is_complete,
        coalesce(roster_deliveries.reported_at, loads.started_at) as delivered_at
    from {{ source('organisation', 'roster_deliveries') }} as roster_deliveries
    inner join loads on roster_deliveries.load_id = loads.load_id
),

delivered as (
    select
        source,
        delivery_id,
        min(delivered_at) as delivered_at
    from deliveries
    where cohort_id is null
    group by source, delivery_id
),

committed as (
    select
        enrolments.source,
        enrolments.actor_key,
        enrolments.programme_id as given_programme_id,
        enrolments.cohort_id,
        enrolments.registration,
        enrolments.role,
        enrolments.period_key,
        enrolments.segment,
        enrolments.business_unit,
        enrolments.region,
        enrolments.language,
        enrolments.tenure_band,
        enrolments.prior_completion_band,
        enrolments.previous_attempts,
        enrolments.studied_credits,
        enrolments.is_withdrawn,
        enrolments.is_waived,
        enrolments.enrolled_at,
        enrolments.withdrawn_at,
        enrolments.due_at,
        enrolments.ends_at,
        coalesce(delivered.delivered_at, enrolments.reported_at) as reported_at,
        -- A roster's change names the cohort alone.
        coalesce(
            nullif(enrolments.programme_id, ''), cohorts.programme_id
        ) as programme_id,
        coalesce(
            learner_links.learner_key, enrolments.actor_key
        ) as learner_key
    from enrolments
    inner join loads on enrolments.load_id = loads.load_id
    left join cohorts on enrolments.cohort_id = cohorts.cohort_id
    left join delivered
        on
            enrolments.source = delivered.source
            and enrolments.delivery_id = delivered.delivery_id
    left join learner_links
        on enrolments.actor_key = learner_links.actor_key
    left join restricted_learners
        on
            coalesce(learner_links.learner_key, enrolments.actor_key)
            = restricted_learners.learner_key
    where restricted_learners.learner_key is null
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'learner_key',
                'programme_id',
                "coalesce(cohort_id, '')",
                "coalesce(registration, '')",
                "coalesce(period_key, '')",
                "coalesce(role, 'learner')",
            ],
            content=[
                'cohort_id',
                'registration',
                'role',
                'period_key',
                'segment',
                'business_unit',
                'region',
                'language',
                'tenure_band',
                'prior_completion_band',
                'previous_attempts',
                'studied_credits',
                'is_withdrawn',
                'is_waived',
                'enrolled_at',
                'withdrawn_at',
                'due_at',
                'ends_at',
            ]
        ) }} as report_rank
    from committed
    where programme_id is not null
),

-- A later list of the same cohort that leaves somebody out ends the membership.
left_out as (
    select
        ranked.source,
        ranked.learner_key,
        ranked.cohort_id,
        ranked.reported_at,
        min(deliveries.delivered_at) as left_out_at
    from ranked
    inner join deliveries
        on
            ranked.source = deliveries.source
            and ranked.cohort_id = deliveries.cohort_id
            and ranked.reported_at < deliveries.delivered_at
    where ranked.report_rank = 1 and deliveries.is_complete
    group by
        ranked.source, ranked.learner_key, ranked.cohort_id, ranked.reported_at
),

-- After its planned end a seat that is gone was cleared away, not given up.
latest as (
    select
        ranked.*,
        case
            when left_out.left_out_at < ranked.ends_at then left_out.left_out_at
            when ranked.ends_at is null then left_out.left_out_at
        end as left_out_at
    from ranked
    left join left_out
        on
            ranked.source = left_out.source
            and ranked.learner_key = left_out.learner_key
            and ranked.cohort_id = left_out.cohort_id
            and ranked.reported_at = left_out.reported_at
    where ranked.report_rank = 1
),

renamed as (
    select
        ---------- ids
        source,
        learner_key,
        programme_id,
        cohort_id,
        registration,
        ---------- strings
        coalesce(role, 'learner') as role,
        period_key,
        segment,
        business_unit,
        region,
        language,
        tenure_band,
        prior_completion_band,
        ---------- numerics
        previous_attempts,
        studied_credits,
        ---------- booleans
        case
            when left_out_at is not null then true
            else is_withdrawn
        end as is_withdrawn,
        coalesce(is_waived, false) as is_waived,
        ---------- timestamps
        enrolled_at,
        coalesce(withdrawn_at, left_out_at) as withdrawn_at,
        due_at
    from latest
)

select * from renamed
