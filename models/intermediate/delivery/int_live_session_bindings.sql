-- The cohort that a live session belongs to, for every identifier of the session. A key
-- is compared with keys of its own type only.
{{ config(
    materialized='incremental',
    unique_key=['key_type', 'session_ref'],
) }}

with

session_keys as (
    select * from {{ ref('int_session_keys') }}
    where not is_ambiguous
),

planned_session_keys as (
    select * from {{ ref('int_planned_session_keys') }}
),

technical_sessions as (
    select * from {{ ref('stg_organisation__technical_sessions') }}
),

rooms as (
    select * from {{ ref('int_live_rooms') }}
),

cohorts as (
    select * from {{ ref('stg_organisation__cohorts') }}
),

planned_candidates as (
    select
        planned_session_keys.planned_session_id,
        session_keys.cohort_id,
        rank() over (
            partition by planned_session_keys.planned_session_id
            order by planned_session_keys.specificity_rank asc
        ) as specificity_rank
    from planned_session_keys
    inner join session_keys
        on
            planned_session_keys.key_type = session_keys.key_type
            and planned_session_keys.join_key = session_keys.join_key
),

planned_bindings as (
    select
        planned_session_id,
        cohort_id
    from planned_candidates
    where specificity_rank = 1
),

direct_bindings as (
    select
        key_type,
        join_key as session_ref,
        cohort_id
    from session_keys
    union all
    select
        'session' as key_type,
        planned_session_id as session_ref,
        cohort_id
    from planned_bindings
    union all
    select
        'meeting' as key_type,
        planned_session_keys.join_key as session_ref,
        planned_bindings.cohort_id
    from planned_bindings
    inner join planned_session_keys
        on planned_bindings.planned_session_id = planned_session_keys.planned_session_id
    where planned_session_keys.key_type = 'meeting'
),

run_keys as (
    select
        technical_session_id,
        'meeting' as key_type,
        join_key,
        1 as specificity_rank
    from technical_sessions
    union all
    select
        technical_session_id,
        'title' as key_type,
        title_key as join_key,
        2 as specificity_rank
    from technical_sessions
    union all
    select
        technical_session_id,
        'meeting' as key_type,
        room_id as join_key,
        1 as specificity_rank
    from rooms
),

run_candidates as (
    select
        run_keys.technical_session_id,
        direct_bindings.cohort_id,
        rank() over (
            partition by run_keys.technical_session_id
            order by run_keys.specificity_rank asc
        ) as specificity_rank
    from run_keys
    inner join direct_bindings
        on
            run_keys.key_type = direct_bindings.key_type
            and run_keys.join_key = direct_bindings.session_ref
),

all_bindings as (
    select
        key_type,
        session_ref,
        cohort_id
    from direct_bindings
    union all
    select
        'session' as key_type,
        technical_session_id as session_ref,
        cohort_id
    from run_candidates
    where specificity_rank = 1
),

-- A room that several cohorts share identifies none of them.
unambiguous as (
    select
        key_type,
        session_ref,
        min(cohort_id) as cohort_id
    from all_bindings
    group by key_type, session_ref
    having count(distinct cohort_id) = 1
)

select
    unambiguous.key_type,
    unambiguous.session_ref,
    cohorts.programme_id,
    unambiguous.cohort_id
from unambiguous
inner join cohorts on unambiguous.cohort_id = cohorts.cohort_id
