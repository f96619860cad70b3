with

session_claims as (
    select * from {{ source('organisation', 'session_claims') }}
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

-- A report claims once for each connection; of two reports the fuller one holds.
summed_by_report as (
    select
        session_claims.source,
        session_claims.technical_session_id,
        coalesce(
            learner_links.learner_key, session_claims.actor_key
        ) as learner_key,
        session_claims.claim,
        session_claims.load_id,
        cast(sum(session_claims.value) as double) as value
    from session_claims
    inner join loads on session_claims.load_id = loads.load_id
    left join learner_links
        on session_claims.actor_key = learner_links.actor_key
    left join restricted_learners
        on
            coalesce(learner_links.learner_key, session_claims.actor_key)
            = restricted_learners.learner_key
    where restricted_learners.learner_key is null
    group by
        session_claims.source,
        session_claims.technical_session_id,
        coalesce(learner_links.learner_key, session_claims.actor_key),
        session_claims.claim,
        session_claims.load_id
),

renamed as (
    select
        ---------- ids
        source,
        technical_session_id,
        learner_key,
        ---------- strings
        claim,
        ---------- numerics
        max(value) as value
    from summed_by_report
    group by source, technical_session_id, learner_key, claim
)

select * from renamed
