-- Questions to an AI tutor, by statement or by the organisation's table. An answer, or
-- a request to a person, belongs to the question before it; where a programme never
-- reports any, it is not known.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
) }}

with

reported as (
    select * from {{ ref('stg_organisation__tutor_questions') }}
),

of_enrolments as (
    {{ with_enrolments('reported', ['asked_at'], 'reported.asked_at') }}
),

statements as (
    select
        enrolment_id,
        programme_id,
        verb,
        occurred_at,
        sum(case when verb = 'asked' then 1 else 0 end) over (
            partition by enrolment_id
            order by
                occurred_at asc,
                case verb when 'asked' then 0 else 1 end asc,
                statement_id asc
            rows between unbounded preceding and current row
        ) as question_no,
        max(case when verb in ('answered', 'responded') then 1 else 0 end)
            over (partition by programme_id) as has_answers,
        max(case when verb = 'requested' then 1 else 0 end)
            over (partition by programme_id) as has_requests
    from {{ ref('int_statements_bound_to_enrolments') }}
    where
        activity_kind = 'ai_tutor'
        and verb in ('asked', 'answered', 'responded', 'requested')
        and occurred_at is not null
)

select
    enrolment_id,
    min(occurred_at) as asked_at,
    case
        when max(has_answers) = 1
            then
                max(case when verb in ('answered', 'responded') then 1 else 0 end) = 1
    end as is_answered,
    case
        when max(has_requests) = 1
            then max(case when verb = 'requested' then 1 else 0 end) = 1
    end as is_escalated
from statements
where question_no > 0
group by enrolment_id, question_no
union all
select
    enrolment_id,
    asked_at,
    is_answered,
    is_escalated
from of_enrolments
