{{ config(
    materialized='incremental',
    unique_key='learner_key',
) }}

with

restrictions as (
    select * from {{ source('xapi', 'restrictions') }}
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

restricted_accounts as (
    select actor_key
    from ranked
    where recency_rank = 1 and not is_lifted
),

of_learners as (
    {{ with_learners('restricted_accounts', keeps_restricted=true) }}
)

select distinct learner_key from of_learners
