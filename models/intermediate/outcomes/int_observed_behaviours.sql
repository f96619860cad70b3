-- Behaviours that were observed before a programme, and again after it.
with

observations as (
    select * from {{ ref('stg_organisation__observations') }}
),

of_enrolments as (
    {{ with_enrolments(
        'observations',
        key=['cohort_id', 'stage', 'behaviour'],
        moment='observations.observed_at'
    ) }}
),

by_behaviour as (
    select
        enrolment_id,
        behaviour,
        max(case when stage = 'baseline' then score end) as baseline_score,
        max(case when stage = 'follow_up' then score end) as follow_up_score
    from of_enrolments
    group by enrolment_id, behaviour
)

select
    enrolment_id,
    max(case when baseline_score is not null then 1 else 0 end) = 1 as has_baseline,
    max(
        case
            when baseline_score is not null and follow_up_score is not null then 1
            else 0
        end
    ) = 1 as is_observed_again,
    max(case when follow_up_score - baseline_score >= 1 then 1 else 0 end) = 1
        as has_improved
from by_behaviour
group by enrolment_id
