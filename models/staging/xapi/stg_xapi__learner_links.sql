with

links as (
    select * from {{ source('xapi', 'identity_links') }}
),

loads as (
    select * from {{ source('xapi', 'loads') }}
),

ranked as (
    select
        links.actor_key,
        links.learner_key,
        links.is_revoked,
        row_number() over (
            partition by links.actor_key
            order by
                links.valid_from desc nulls last,
                links.is_revoked desc,
                links.learner_key asc
        ) as recency_rank
    from links
    inner join loads on links.load_id = loads.load_id
),

in_force as (
    select
        actor_key,
        learner_key
    from ranked
    where recency_rank = 1 and not is_revoked
),

resolved as (
    select
        in_force.actor_key,
        coalesce(onward.learner_key, in_force.learner_key) as learner_key
    from in_force
    left join in_force as onward on in_force.learner_key = onward.actor_key
)

select * from resolved
