-- What else an enrolment shows of engagement up to the horizon: posts, badges, and
-- questions to an AI tutor.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_paths'},
) }}

with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    {{ only_touched('touched_paths', 'enrolment_id') }}
),

signs as (
    select
        enrolment_id,
        'post' as kind,
        posted_at as shown_at
    from {{ ref('int_posts') }}
    union all
    select
        enrolment_id,
        'badge' as kind,
        earned_at as shown_at
    from {{ ref('int_badges') }}
    union all
    select
        enrolment_id,
        'tutor_question' as kind,
        asked_at as shown_at
    from {{ ref('int_tutor_questions') }}
)

select
    signs.enrolment_id,
    cast(sum(case when signs.kind = 'post' then 1 else 0 end) as bigint) as post_count,
    cast(sum(case when signs.kind = 'badge' then 1 else 0 end) as bigint)
        as badge_count,
    cast(sum(case when signs.kind = 'tutor_question' then 1 else 0 end) as bigint)
        as tutor_question_count
from signs
inner join enrolments on signs.enrolment_id = enrolments.enrolment_id
where coalesce(signs.shown_at <= enrolments.matured_at, true)
group by signs.enrolment_id
