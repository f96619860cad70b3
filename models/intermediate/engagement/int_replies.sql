-- Replies of somebody else to what learners post or ask outside live sessions. A reply
-- names what it is about as its object or as the parent of its object. Questions to an
-- AI tutor are not for people.
{{ config(
    materialized='incremental',
    unique_key='post_id',
) }}

with

posts as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
    where
        verb in ('posted', 'asked')
        and {{ is_for_people() }}
        and occurred_at is not null
),

-- Facilitators reply, too, and are not enrolled.
written as (
    select * from {{ ref('int_statements_bound_to_programmes') }}
    where
        verb in (
            'posted', 'replied', 'commented', 'reviewed', 'answered', 'responded'
        )
        and {{ is_for_people() }}
        and learner_key is not null
        and occurred_at is not null
        and programme_id in (select posts.programme_id from posts)
),

parents as (
    select
        written.statement_id,
        current_statements.parent_ids
    from written
    inner join {{ ref('int_current_statements') }} as current_statements
        on written.statement_id = current_statements.statement_id
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
    from written
    where verb in ('replied', 'commented', 'answered', 'responded')
    union
    select
        statement_id,
        about_id
    from named_parents
)

select distinct
    posts.statement_id as post_id,
    posts.verb = 'asked' as is_question,
    posts.cohort_id,
    posts.cohort_time_zone,
    posts.learner_key,
    written.statement_id as reply_id,
    written.learner_key as replier_key,
    written.occurred_at as replied_at
from abouts
inner join written on abouts.statement_id = written.statement_id
inner join posts
    on
        written.programme_id = posts.programme_id
        and abouts.about_id = posts.object_id
where
    written.learner_key <> posts.learner_key
    and written.occurred_at >= posts.occurred_at
