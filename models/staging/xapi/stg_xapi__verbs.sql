with

seed as (
    select * from {{ ref('verbs') }}
),

own as (
    {{ own_terms(var('own_verbs'), 'seed', 'verb_iri', 'verb') }}
),

meanings as (
    select
        verb,
        max(case when is_learner_initiated then 1 else 0 end) = 1
            as is_learner_initiated,
        max(case when counts_as_start then 1 else 0 end) = 1 as counts_as_start,
        max(case when is_completion then 1 else 0 end) = 1 as is_completion,
        max(case when is_result then 1 else 0 end) = 1 as is_result
    from seed
    group by verb
),

listed as (
    select
        seed.verb_iri,
        seed.verb,
        seed.is_learner_initiated,
        seed.counts_as_start,
        seed.is_completion,
        seed.is_result
    from seed
    left join own on seed.verb_iri = own.verb_iri
    where own.verb_iri is null
    union all
    select
        own.verb_iri,
        own.verb,
        meanings.is_learner_initiated,
        meanings.counts_as_start,
        meanings.is_completion,
        meanings.is_result
    from own
    inner join meanings on own.verb = meanings.verb
)

select * from listed
