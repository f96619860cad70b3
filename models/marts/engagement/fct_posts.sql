{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

with

posts as (
    select
        *,
        {{ add_days('posted_at', 3) }} as reply_by
    from {{ ref('int_posts') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where exclusion_reason is null
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

described as (
    select
        posts.*,
        enrolments.learner_key,
        enrolments.programme_id,
        enrolments.cohort_id,
        enrolments.delivery_mode,
        enrolments.outcome_category,
        enrolments.business_unit,
        enrolments.region,
        posts.is_opening
        and (
            coalesce(known_until.is_ended, false)
            or coalesce(posts.reply_by <= known_until.as_of, false)
        ) as is_over
    from posts
    inner join enrolments on posts.enrolment_id = enrolments.enrolment_id
    left join known_until on enrolments.programme_id = known_until.programme_id
)

select
    ---------- ids
    statement_id as post_id,
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    ---------- booleans
    is_opening,
    ---------- dates
    {{ fiscal_quarter_start('posted_at') }} as posted_quarter_date,
    ---------- timestamps
    posted_at,
    replied_at,
    ---------- measures, null where the post is not in the base
    {{ measure('post_reply_in_72h', 'is_over', 'replied_at <= reply_by') }}
from described
