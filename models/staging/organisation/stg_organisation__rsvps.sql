with

rsvps as (
    select * from {{ source('organisation', 'rsvps') }}
),

loads as (
    select load_id from {{ source('xapi', 'loads') }}
),

learner_links as (
    select * from {{ ref('stg_xapi__learner_links') }}
),

restricted_learners as (
    select * from {{ ref('stg_xapi__restricted_learners') }}
),

committed as (
    select
        rsvps.*,
        coalesce(
            learner_links.learner_key, rsvps.actor_key
        ) as learner_key
    from rsvps
    inner join loads on rsvps.load_id = loads.load_id
    left join learner_links
        on rsvps.actor_key = learner_links.actor_key
    left join restricted_learners
        on
            coalesce(learner_links.learner_key, rsvps.actor_key)
            = restricted_learners.learner_key
    where restricted_learners.learner_key is null
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'planned_session_id',
                'learner_key',
            ],
            content=[
                'response',
                'role',
                'responded_at',
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        planned_session_id,
        learner_key,
        ---------- strings
        response,
        role,
        ---------- timestamps
        responded_at
    from ranked
    where report_rank = 1
)

select * from renamed
