-- What learners ask people outside live sessions, by statement or by the organisation's
-- table, and the first answer. Where no answer is ever reported for a programme, it is
-- not known whether there was one.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
) }}

with

reported as (
    select * from {{ ref('stg_organisation__forum_posts') }}
    where kind = 'question'
),

of_enrolments as (
    {{ with_enrolments('reported', ['posted_at'], 'reported.posted_at') }}
),

asked as (
    select
        statement_id,
        enrolment_id,
        programme_id,
        occurred_at as asked_at
    from {{ ref('int_statements_bound_to_enrolments') }}
    where
        verb = 'asked'
        and {{ is_for_people() }}
        and occurred_at is not null
),

answered as (
    select
        post_id,
        min(replied_at) as answered_at
    from {{ ref('int_replies') }}
    where is_question
    group by post_id
)

select
    asked.statement_id as question_id,
    asked.enrolment_id,
    asked.asked_at,
    answered.answered_at,
    count(answered.post_id) over (partition by asked.programme_id) > 0
        as has_answers
from asked
left join answered on asked.statement_id = answered.post_id
union all
select
    {{ row_key(['enrolment_id', epoch_micros('posted_at')]) }} as question_id,
    enrolment_id,
    posted_at as asked_at,
    replied_at as answered_at,
    true as has_answers
from of_enrolments
