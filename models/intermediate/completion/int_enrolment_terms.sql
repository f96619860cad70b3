-- When an enrolment is due and whether it is waived. The most specific due date counts:
-- the learner's, then the cohort's, then the programme's.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_terms'},
) }}

with

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
    {{ only_touched('touched_terms', 'enrolment_id') }}
),

due_dates as (
    select * from {{ ref('stg_organisation__due_dates') }}
),

waivers as (
    select * from {{ ref('stg_organisation__waivers') }}
),

due as (
    select
        episodes.enrolment_id,
        due_dates.due_at,
        row_number() over (
            partition by episodes.enrolment_id
            order by
                case when due_dates.learner_key is not null then 0 else 1 end asc,
                case when due_dates.cohort_id is not null then 0 else 1 end asc,
                due_dates.due_at desc
        ) as specificity_rank
    from episodes
    inner join due_dates
        on
            episodes.programme_id = due_dates.programme_id
            and coalesce(due_dates.cohort_id, episodes.cohort_id) = episodes.cohort_id
            and coalesce(due_dates.learner_key, episodes.learner_key)
            = episodes.learner_key
            and coalesce(due_dates.period_key, episodes.period_key, '')
            = coalesce(episodes.period_key, due_dates.period_key, '')
),

waived as (
    select distinct episodes.enrolment_id
    from episodes
    inner join waivers
        on
            episodes.learner_key = waivers.learner_key
            and episodes.programme_id = waivers.programme_id
            and coalesce(waivers.cohort_id, episodes.cohort_id) = episodes.cohort_id
)

select
    episodes.enrolment_id,
    coalesce(episodes.due_at, due.due_at) as due_at,
    episodes.is_waived or waived.enrolment_id is not null as is_waived
from episodes
left join due
    on episodes.enrolment_id = due.enrolment_id and due.specificity_rank = 1
left join waived on episodes.enrolment_id = waived.enrolment_id
