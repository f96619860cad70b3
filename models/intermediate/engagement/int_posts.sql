-- What learners write for others outside live sessions, and the first reply of somebody
-- else. A reply names what it is about as its object or as the parent of its object.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
) }}

with

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
    where
        verb in ('posted', 'replied', 'commented', 'reviewed')
        and role <> 'live'
        and coalesce(activity_kind, '') <> 'live_session'
        and occurred_at is not null
),

parents as (
    select
        statements.statement_id,
        current_statements.parent_ids
    from statements
    inner join {{ ref('int_current_statements') }} as current_statements
        on statements.statement_id = current_statements.statement_id
    where current_statements.parent_ids is not null
),

named_parents as (
    select
        parents.statement_id,
        parent.element as about_id
    from parents {{ list_elements('parents.parent_ids', 'parent') }}
),

abouts as (
    select
        statement_id,
        object_id as about_id
    from statements
    where verb in ('replied', 'commented')
    union
    select
        statement_id,
        about_id
    from named_parents
),

replies as (
    select
        statements.programme_id,
        statements.learner_key,
        statements.occurred_at,
        abouts.about_id
    from abouts
    inner join statements on abouts.statement_id = statements.statement_id
),

answered as (
    select
        statements.statement_id,
        min(replies.occurred_at) as replied_at
    from statements
    inner join replies
        on
            statements.programme_id = replies.programme_id
            and statements.object_id = replies.about_id
            and statements.learner_key <> replies.learner_key
            and statements.occurred_at <= replies.occurred_at
    where statements.verb = 'posted'
    group by statements.statement_id
)

select
    statements.statement_id,
    statements.enrolment_id,
    statements.verb = 'posted' as is_opening,
    statements.occurred_at as posted_at,
    answered.replied_at
from statements
left join answered on statements.statement_id = answered.statement_id
