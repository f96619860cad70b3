with

restrictions as (
    select * from {{ source('xapi', 'restrictions') }}
),

learner_links as (
    select * from {{ ref('stg_xapi__learner_links') }}
),

ranked as (
    select
        actor_key,
        is_lifted,
        row_number() over (
            partition by actor_key
            order by
                restricted_at desc,
                is_lifted asc
        ) as recency_rank
    from restrictions
),

in_force as (
    select actor_key
    from ranked
    where recency_rank = 1 and not is_lifted
),

renamed as (
    select coalesce(learner_links.learner_key, in_force.actor_key) as learner_key
    from in_force
    left join learner_links on in_force.actor_key = learner_links.actor_key
    group by coalesce(learner_links.learner_key, in_force.actor_key)
)

select * from renamed
