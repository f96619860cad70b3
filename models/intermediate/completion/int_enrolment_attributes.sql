-- The learner's attributes as known at enrolment: those of the roster first, then those
-- of the person's record that was current when the clock started.
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

people as (
    select * from {{ ref('stg_organisation__people') }}
),

candidates as (
    select
        episodes.enrolment_id,
        people.segment,
        people.business_unit,
        people.region,
        people.language,
        people.tenure_band,
        people.prior_completion_band,
        {{ whole_days(
            'cast(people.hired_on as timestamp)', 'episodes.clock_started_at'
        ) }} as tenure_days,
        row_number() over (
            partition by episodes.enrolment_id
            order by
                case
                    when people.valid_from is null then 1
                    when people.valid_from <= episodes.clock_started_at then 0
                    else 2
                end asc,
                case
                    when people.valid_from <= episodes.clock_started_at
                        then {{ epoch_micros('people.valid_from') }}
                end desc nulls last,
                people.valid_from asc nulls last
        ) as match_rank
    from episodes
    inner join people on episodes.learner_key = people.learner_key
),

left_organisation as (
    select
        learner_key,
        max(left_at) as left_at
    from people
    group by learner_key
)

select
    episodes.enrolment_id,
    coalesce(episodes.segment, candidates.segment, 'unknown') as segment,
    coalesce(episodes.business_unit, candidates.business_unit, 'unknown')
        as business_unit,
    coalesce(episodes.region, candidates.region, 'unknown') as region,
    coalesce(episodes.language, candidates.language, 'unknown') as language,
    coalesce(
        episodes.tenure_band,
        candidates.tenure_band,
        case
            when candidates.tenure_days < 0 then null
            when candidates.tenure_days < 365 then 'under 1 year'
            when candidates.tenure_days < 3 * 365 then '1 to 3 years'
            when candidates.tenure_days < 10 * 365 then '3 to 10 years'
            when candidates.tenure_days >= 10 * 365 then 'over 10 years'
        end,
        'unknown'
    ) as tenure_band,
    coalesce(
        episodes.prior_completion_band, candidates.prior_completion_band, 'unknown'
    ) as prior_completion_band,
    left_organisation.left_at
from episodes
left join candidates
    on episodes.enrolment_id = candidates.enrolment_id and candidates.match_rank = 1
left join left_organisation
    on episodes.learner_key = left_organisation.learner_key
