with

consents as (
    select * from {{ source('organisation', 'consents') }}
),

loads as (
    select load_id from {{ source('xapi', 'loads') }}
),

learner_links as (
    select * from {{ ref('stg_xapi__learner_links') }}
),

committed as (
    select
        consents.programme_id,
        consents.is_given,
        consents.decided_at,
        consents.reported_at,
        coalesce(learner_links.learner_key, consents.actor_key) as learner_key
    from consents
    inner join loads on consents.load_id = loads.load_id
    left join learner_links on consents.actor_key = learner_links.actor_key
),

-- The latest decision holds; of two at the same time the no.
ranked as (
    select
        *,
        row_number() over (
            partition by learner_key, programme_id
            order by
                decided_at desc nulls last,
                reported_at desc nulls last,
                is_given asc
        ) as decision_rank
    from committed
)

select
    learner_key,
    programme_id,
    is_given,
    decided_at
from ranked
where decision_rank = 1
