with

links as (
    select * from {{ source('xapi', 'identity_links') }}
),

derived_links as (
    select * from {{ source('xapi', 'derived_links') }}
),

loads as (
    select * from {{ source('xapi', 'loads') }}
),

ranked as (
    select
        links.actor_key,
        links.learner_key,
        links.rule,
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

said as (
    select * from ranked
    where recency_rank = 1
),

-- What somebody said about an account, a link taken back included, outranks a rule.
in_force as (
    select
        actor_key,
        learner_key,
        rule
    from said
    where not is_revoked
    union all
    select
        derived_links.actor_key,
        derived_links.learner_key,
        derived_links.rule
    from derived_links
    left join said on derived_links.actor_key = said.actor_key
    where said.actor_key is null
),

resolved as (
    select
        in_force.actor_key,
        in_force.rule,
        coalesce(onward.learner_key, in_force.learner_key) as learner_key
    from in_force
    left join in_force as onward on in_force.learner_key = onward.actor_key
)

select * from resolved
