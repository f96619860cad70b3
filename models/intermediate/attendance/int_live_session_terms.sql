-- What the organisation states of a live session: under its own identifier first, then
-- under its series, its room and its title. A session without a plan is known by the
-- keys of all its runs, since one report may name the room and another one the title.
with

planned_session_keys as (
    select * from {{ ref('int_planned_session_keys') }}
),

session_keys as (
    select * from {{ ref('int_session_keys') }}
    where not is_ambiguous
),

bindings as (
    select * from {{ ref('int_live_session_bindings') }}
),

runs as (
    select
        *,
        coalesce(join_key, technical_session_id) as identifier
    from {{ ref('int_live_runs') }}
),

unplanned_runs as (
    select * from runs
    where planned_session_id is null
),

-- The binding of a plan is already that of its most specific key.
keys as (
    select
        planned_session_id as session_id,
        join_key,
        key_type,
        specificity_rank,
        key_type = 'session' as can_bind
    from planned_session_keys
    union all
    select
        session_id,
        technical_session_id as join_key,
        'session' as key_type,
        1 as specificity_rank,
        true as can_bind
    from unplanned_runs
    union all
    select
        session_id,
        identifier as join_key,
        'meeting' as key_type,
        3 as specificity_rank,
        true as can_bind
    from unplanned_runs
    union all
    select
        session_id,
        title_key as join_key,
        'title' as key_type,
        4 as specificity_rank,
        true as can_bind
    from unplanned_runs
),

ranked_terms as (
    select
        keys.session_id,
        session_keys.phase_no,
        session_keys.policy,
        row_number() over (
            partition by keys.session_id
            order by
                keys.specificity_rank asc,
                keys.join_key asc,
                session_keys.key_type asc
        ) as term_rank
    from keys
    inner join session_keys
        on
            keys.key_type = session_keys.key_type
            and keys.join_key = session_keys.join_key
),

terms as (
    select * from ranked_terms
    where term_rank = 1
),

ranked_bindings as (
    select
        keys.session_id,
        bindings.programme_id,
        bindings.cohort_id,
        rank() over (
            partition by keys.session_id order by keys.specificity_rank asc
        ) as binding_rank
    from keys
    inner join bindings
        on
            keys.key_type = bindings.key_type
            and keys.join_key = bindings.session_ref
    where keys.can_bind
),

-- A session whose keys of one rank name several cohorts belongs to none of them.
cohorts as (
    select
        session_id,
        min(programme_id) as programme_id,
        min(cohort_id) as cohort_id
    from ranked_bindings
    where binding_rank = 1
    group by session_id
    having count(distinct cohort_id) = 1
)

select
    coalesce(cohorts.session_id, terms.session_id) as session_id,
    cohorts.programme_id,
    cohorts.cohort_id,
    terms.policy,
    terms.phase_no
from cohorts
full outer join terms on cohorts.session_id = terms.session_id
