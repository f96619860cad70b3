with

facilitator_hours as (
    select * from {{ source('organisation', 'facilitator_hours') }}
),

loads as (
    select load_id from {{ source('xapi', 'loads') }}
),

learner_links as (
    select * from {{ ref('stg_xapi__learner_links') }}
),

summed_by_report as (
    select
        facilitator_hours.load_id,
        facilitator_hours.reported_at,
        facilitator_hours.source,
        facilitator_hours.programme_id,
        facilitator_hours.cohort_id,
        coalesce(
            learner_links.learner_key, facilitator_hours.actor_key
        ) as facilitator_key,
        facilitator_hours.kind,
        facilitator_hours.worked_on,
        cast(sum(facilitator_hours.hours) as double) as hours
    from facilitator_hours
    inner join loads on facilitator_hours.load_id = loads.load_id
    left join learner_links
        on facilitator_hours.actor_key = learner_links.actor_key
    group by
        facilitator_hours.load_id,
        facilitator_hours.reported_at,
        facilitator_hours.source,
        facilitator_hours.programme_id,
        facilitator_hours.cohort_id,
        coalesce(learner_links.learner_key, facilitator_hours.actor_key),
        facilitator_hours.kind,
        facilitator_hours.worked_on
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                "source",
                "programme_id",
                "coalesce(cohort_id, '')",
                "coalesce(facilitator_key, '')",
                "kind",
                "worked_on",
            ],
            content=['hours', 'load_id']
        ) }} as report_rank
    from summed_by_report
),

renamed as (
    select
        ---------- ids
        source,
        programme_id,
        cohort_id,
        facilitator_key,
        ---------- strings
        kind,
        ---------- numerics
        hours,
        ---------- dates
        worked_on
    from ranked
    where report_rank = 1
)

select * from renamed
