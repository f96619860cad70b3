{{ config(
    materialized='incremental',
    unique_key=['learner_key', 'programme_id'],
    meta={
        'touched': 'touched_certificates',
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

{%- set organisation_zone = "'" ~ var('organisation_time_zone') ~ "'" %}

with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    {{ only_touched('touched_certificates', ['learner_key', 'programme_id']) }}
),

programmes as (
    select * from {{ ref('dim_programmes') }}
    where is_mandatory
),

quarters as (
    select
        period_start_date,
        {{ utc_from_local(
            'cast(' ~ day_after('max(date_day)', '1') ~ ' as timestamp)',
            organisation_zone
        ) }} as ends_at
    from {{ ref('dim_dates') }}
    group by period_start_date
),

-- Who withdrew or was deferred, left or is excluded is not in scope by that enrolment.
in_scope as (
    select
        enrolments.enrolment_id,
        enrolments.learner_key,
        enrolments.programme_id,
        enrolments.cohort_id,
        enrolments.delivery_mode,
        enrolments.outcome_category,
        enrolments.business_unit,
        enrolments.region,
        enrolments.episode_no,
        quarters.period_start_date,
        enrolments.is_waived
        or (
            enrolments.is_completed
            and coalesce(enrolments.completed_at < quarters.ends_at, true)
            and coalesce(enrolments.certificate_expires_at >= quarters.ends_at, true)
        ) as is_covered
    from enrolments
    inner join programmes on enrolments.programme_id = programmes.programme_id
    inner join quarters
        on
            enrolments.enrolled_at < quarters.ends_at
            and programmes.as_of >= quarters.ends_at
    where
        not enrolments.is_excluded
        and not enrolments.is_withdrawn
        and coalesce(enrolments.status, '') <> 'transferred'
        and coalesce(enrolments.left_at >= quarters.ends_at, true)
),

-- Any of the learner's enrolments can give the certificate; the latest says where the
-- learner belongs.
judged as (
    select
        *,
        max(case when is_covered then 1 else 0 end) over (
            partition by learner_key, programme_id, period_start_date
        ) = 1 as is_certified,
        row_number() over (
            partition by learner_key, programme_id, period_start_date
            order by episode_no desc
        ) as recency_rank
    from in_scope
)

select
    ---------- ids
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    ---------- dates
    period_start_date as certificate_quarter_date,
    ---------- measures
    {{ measure('certificate_coverage', 'true', 'is_certified') }}
from judged
where recency_rank = 1
