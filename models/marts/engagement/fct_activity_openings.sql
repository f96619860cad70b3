{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={
        'touched': 'touched_paths',
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

with

openings as (
    select * from {{ ref('int_activity_openings') }}
    {{ only_touched('touched_paths', 'enrolment_id') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where exclusion_reason is null
),

evidence as (
    select * from {{ ref('int_programme_evidence') }}
),

steps as (
    select * from {{ ref('int_path_steps') }}
    where has_conditions
),

completions as (
    select * from {{ ref('int_unit_completions') }}
    {{ only_touched('touched_paths', 'enrolment_id') }}
),

-- What is opened soon after a search was found by it.
found as (
    select distinct openings.statement_id
    from openings
    inner join {{ ref('int_searches') }} as searches
        on
            openings.enrolment_id = searches.enrolment_id
            and openings.opened_at >= searches.searched_at
    where
        {{ micros_between('searches.searched_at', 'openings.opened_at') }}
        <= 1000000.0 * {{ var('search_open_seconds') }}
),

described as (
    select
        openings.*,
        found.statement_id is not null
        or coalesce(openings.event_name = 'deep_link', false) as is_direct,
        coalesce(evidence.has_direct_accesses, false) as has_direct_accesses,
        steps.activity_id is not null as is_conditional,
        steps.requires_activity_id is not null
        and coalesce(completions.satisfied_at > openings.opened_at, true)
            as is_locked,
        enrolments.learner_key,
        enrolments.programme_id,
        enrolments.cohort_id,
        enrolments.delivery_mode,
        enrolments.outcome_category,
        enrolments.business_unit,
        enrolments.region,
        {{ micros_between('openings.opened_at', 'openings.initialized_at') }}
            as micros_to_run,
        coalesce(evidence.has_initialized, false) as has_initialized
    from openings
    inner join enrolments on openings.enrolment_id = enrolments.enrolment_id
    left join evidence on enrolments.programme_id = evidence.programme_id
    left join found on openings.statement_id = found.statement_id
    left join steps
        on
            enrolments.programme_id = steps.programme_id
            and openings.activity_id = steps.activity_id
    left join completions
        on
            openings.enrolment_id = completions.enrolment_id
            and steps.requires_activity_id = completions.activity_id
)

select
    ---------- ids
    statement_id as opening_id,
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    activity_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    role,
    ---------- numerics
    {{ seconds_of_micros('micros_to_run') }} as seconds_to_run,
    ---------- booleans
    is_launched,
    is_abandoned,
    ---------- dates
    {{ fiscal_quarter_start('opened_at') }} as opened_quarter_date,
    ---------- timestamps
    opened_at,
    ---------- measures, null where the opening is not in the base
    {{ measure('launch_success', 'is_launched and has_initialized',
               'micros_to_run <= 60000000') }},
    {{ measure('abandoned_launch_rate', 'is_launched and is_cmi5_defined',
               'is_abandoned') }},
    {{ measure('prerequisite_block_rate', 'is_conditional', 'is_locked') }},
    {{ measure('direct_access_share', 'has_direct_accesses', 'is_direct') }}
from described
