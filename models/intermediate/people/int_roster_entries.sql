-- The current roster: the latest report of each entry, ended where a later complete
-- list of its cohort no longer names the person.
{{ config(
    materialized='incremental',
    unique_key='learner_key',
    meta={'hands_on': ['programme_id', 'registration']},
) }}

with

reports as (
    select * from {{ ref('int_roster_entry_reports') }}
),

complete_lists as (
    select * from {{ ref('stg_organisation__roster_deliveries') }}
    where is_complete
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'learner_key',
                'programme_id',
                "coalesce(cohort_id, '')",
                "coalesce(registration, '')",
                "coalesce(period_key, '')",
                'role',
            ],
            content=[
                'cohort_id',
                'registration',
                'period_key',
                'segment',
                'business_unit',
                'region',
                'language',
                'tenure_band',
                'prior_completion_band',
                'previous_attempts',
                'studied_credits',
                'is_withdrawn',
                'is_waived',
                'enrolled_at',
                'withdrawn_at',
                'due_at',
                'ends_at',
                'source',
            ]
        ) }} as report_rank
    from reports
),

latest as (
    select * from ranked
    where report_rank = 1
),

omissions as (
    select
        latest.source,
        latest.learner_key,
        latest.cohort_id,
        latest.reported_at,
        min(complete_lists.delivered_at) as omitted_at
    from latest
    inner join complete_lists
        on
            latest.source = complete_lists.source
            and latest.cohort_id = complete_lists.cohort_id
            and latest.reported_at < complete_lists.delivered_at
    group by
        latest.source, latest.learner_key, latest.cohort_id, latest.reported_at
),

-- An entry that disappears after its planned end was tidied up, and not withdrawn.
ended as (
    select
        latest.*,
        case
            when omissions.omitted_at < latest.ends_at then omissions.omitted_at
            when latest.ends_at is null then omissions.omitted_at
        end as omitted_at
    from latest
    left join omissions
        on
            latest.source = omissions.source
            and latest.learner_key = omissions.learner_key
            and latest.cohort_id = omissions.cohort_id
            and latest.reported_at = omissions.reported_at
)

select
    ---------- ids
    source,
    learner_key,
    programme_id,
    cohort_id,
    registration,
    ---------- strings
    role,
    period_key,
    segment,
    business_unit,
    region,
    language,
    tenure_band,
    prior_completion_band,
    ---------- numerics
    previous_attempts,
    studied_credits,
    ---------- booleans
    case when omitted_at is not null then true else is_withdrawn end as is_withdrawn,
    coalesce(is_waived, false) as is_waived,
    ---------- timestamps
    enrolled_at,
    coalesce(withdrawn_at, omitted_at) as withdrawn_at,
    due_at
from ended
