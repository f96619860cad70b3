-- Statements whose programme or cohort may have changed: those that changed themselves,
-- and those of a context, live session, registration or legal basis that changed.
{{ config(meta={'key': 'statement_id'}) }}

with

changed_statements as (
    select * from {{ changes_of('int_current_statements') }}
),

changed_contexts as (
    select * from {{ changes_of('int_contexts_bound_to_programmes') }}
),

changed_sessions as (
    select * from {{ changes_of('int_live_session_bindings') }}
),

changed_entries as (
    select * from {{ changes_of('int_roster_entries') }}
),

changed_consents as (
    select * from {{ changes_of('stg_organisation__consents') }}
),

changed_programmes as (
    select * from {{ changes_of('stg_organisation__programmes') }}
),

-- A programme is listed twice where more than its own name for the basis changed.
changed_bases as (
    select programme_id
    from changed_programmes
    group by programme_id
    having
        count(*) < 2
        or min(coalesce(legal_basis, '')) <> max(coalesce(legal_basis, ''))
),

statements as (
    select * from {{ ref('int_current_statements') }}
)

select statement_id from changed_statements
union
select statement_id from statements
where
    context_key in (select changed_contexts.context_key from changed_contexts)
    or coalesce(technical_session_id, object_id)
    in (select changed_sessions.session_ref from changed_sessions)
    or registration in (select changed_entries.registration from changed_entries)
    or learner_key in (select changed_consents.learner_key from changed_consents)
    or exists (select 1 from changed_bases)
