{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

with

ratings as (
    select
        *,
        row_number() over (
            partition by
                learner_key, programme_id, cohort_id, activity_id, rater_kind
            order by rater_no asc
        ) as rater_rank
    from {{ ref('stg_organisation__ratings') }}
    where rater_kind in ('person', 'ai') and rated_at is not null
),

doubled as (
    select
        learner_key,
        programme_id,
        cohort_id,
        activity_id,
        max(case when rater_kind = 'person' then score end) as person_score,
        max(case when rater_kind = 'ai' then score end) as ai_score,
        max(rated_at) as rated_at
    from ratings
    where rater_rank = 1
    group by learner_key, programme_id, cohort_id, activity_id
    having count(*) = 2
),

-- A rating without a cohort is about the enrolment that began last before it.
ranked as (
    select
        doubled.*,
        enrolments.enrolment_id,
        enrolments.cohort_id as enrolled_cohort_id,
        enrolments.delivery_mode,
        enrolments.outcome_category,
        enrolments.business_unit,
        enrolments.region,
        row_number() over (
            partition by
                doubled.learner_key,
                doubled.programme_id,
                doubled.cohort_id,
                doubled.activity_id
            order by
                case
                    when enrolments.clock_started_at > doubled.rated_at then 1 else 0
                end asc,
                abs(
                    {{ epoch_micros('doubled.rated_at') }}
                    - {{ epoch_micros('enrolments.clock_started_at') }}
                ) asc nulls last,
                enrolments.enrolment_id asc
        ) as closeness_rank
    from doubled
    inner join {{ ref('fct_enrolments') }} as enrolments
        on
            doubled.learner_key = enrolments.learner_key
            and doubled.programme_id = enrolments.programme_id
            and coalesce(doubled.cohort_id, enrolments.cohort_id)
            = enrolments.cohort_id
    where enrolments.exclusion_reason is null
),

-- The same task may be rated with and without its cohort.
latest as (
    select
        *,
        row_number() over (
            partition by enrolment_id, activity_id
            order by rated_at desc, cohort_id asc nulls last
        ) as recency_rank
    from ranked
    where closeness_rank = 1
)

select
    ---------- ids
    enrolment_id,
    learner_key,
    programme_id,
    enrolled_cohort_id as cohort_id,
    activity_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    ---------- numerics
    person_score,
    ai_score,
    ---------- dates
    {{ fiscal_quarter_start('rated_at') }} as rated_quarter_date,
    ---------- timestamps
    rated_at,
    ---------- measures
    {{ measure('ai_human_agreement', 'true', 'ai_score = person_score') }}
from latest
where recency_rank = 1
