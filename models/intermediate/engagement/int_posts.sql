-- What learners write for people outside live sessions, by statement or by the
-- organisation's table, and the first reply: by statement, of another learner of the
-- programme; by the table, which does not name who replied, of anybody else.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
) }}

with

reported as (
    select * from {{ ref('stg_organisation__forum_posts') }}
),

of_enrolments as (
    {{ with_enrolments('reported', ['posted_at'], 'reported.posted_at') }}
),

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
    where
        verb in ('posted', 'replied', 'commented', 'reviewed')
        and {{ is_for_people() }}
        and occurred_at is not null
),

answered as (
    select
        replies.post_id,
        min(replies.replied_at) as replied_at
    from {{ ref('int_replies') }} as replies
    inner join statements on replies.reply_id = statements.statement_id
    group by replies.post_id
)

select
    statements.statement_id,
    statements.enrolment_id,
    statements.verb = 'posted' as is_opening,
    statements.occurred_at as posted_at,
    answered.replied_at
from statements
left join answered on statements.statement_id = answered.post_id
union all
select
    {{ row_key(['enrolment_id', epoch_micros('posted_at')]) }} as statement_id,
    enrolment_id,
    kind <> 'reply' as is_opening,
    posted_at,
    replied_at
from of_enrolments
