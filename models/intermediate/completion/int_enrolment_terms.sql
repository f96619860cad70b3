-- When an enrolment is due, whether it is waived and whether it is excluded. The most
-- specific due date counts: the learner's, then the cohort's, then the programme's.
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

exclusions as (
    select * from {{ ref('int_exclusions') }}
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
    select
        episodes.enrolment_id,
        max(waivers.waiver_kind) as waiver_kind
    from episodes
    inner join waivers
        on
            episodes.learner_key = waivers.learner_key
            and episodes.programme_id = waivers.programme_id
            and coalesce(waivers.cohort_id, episodes.cohort_id) = episodes.cohort_id
    group by episodes.enrolment_id
),

with_terms as (
    select
        episodes.enrolment_id,
        episodes.learner_key,
        episodes.programme_id,
        episodes.clock_started_at,
        coalesce(episodes.due_at, due.due_at) as due_at,
        episodes.is_waived or waived.enrolment_id is not null as is_waived,
        waived.waiver_kind,
        greatest(episodes.matured_at, coalesce(episodes.due_at, due.due_at))
            as ends_at
    from episodes
    left join due
        on episodes.enrolment_id = due.enrolment_id and due.specificity_rank = 1
    left join waived on episodes.enrolment_id = waived.enrolment_id
),

-- Of an undated enrolment only what has no end can be known to overlap it.
excluded as (
    select
        with_terms.enrolment_id,
        {{ main_exclusion_reason('exclusions.reason') }} as exclusion_reason,
        min(case
            when exclusions.reason = 'long_leave' then exclusions.excluded_from_at
        end) as on_leave_from
    from with_terms
    inner join exclusions
        on
            with_terms.learner_key = exclusions.learner_key
            and with_terms.programme_id
            = coalesce(exclusions.programme_id, with_terms.programme_id)
            and coalesce(
                with_terms.ends_at >= exclusions.excluded_from_at,
                exclusions.excluded_from_at is null
            )
            and coalesce(
                with_terms.clock_started_at < exclusions.excluded_until_at,
                exclusions.excluded_until_at is null
            )
    group by with_terms.enrolment_id
)

select
    with_terms.enrolment_id,
    with_terms.due_at,
    with_terms.is_waived,
    with_terms.waiver_kind,
    excluded.exclusion_reason,
    excluded.on_leave_from
from with_terms
left join excluded on with_terms.enrolment_id = excluded.enrolment_id
