{{ config(
    materialized='incremental',
    unique_key='actor_key',
    meta={'hands_on': ['learner_key']},
) }}

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
                links.learner_key asc,
                links.rule asc nulls last
        ) as recency_rank
    from links
    inner join loads on links.load_id = loads.load_id
),

stated as (
    select * from ranked
    where recency_rank = 1
),

-- What a person decided about an account outranks a rule, also where it revokes a link.
current_links as (
    select
        actor_key,
        learner_key,
        rule
    from stated
    where not is_revoked
    union all
    select
        derived_links.actor_key,
        derived_links.learner_key,
        derived_links.rule
    from derived_links
    left join stated on derived_links.actor_key = stated.actor_key
    where stated.actor_key is null
),

resolved as (
    select
        current_links.actor_key,
        current_links.rule,
        coalesce(onward.learner_key, current_links.learner_key) as learner_key
    from current_links
    left join current_links as onward on current_links.learner_key = onward.actor_key
)

select * from resolved
