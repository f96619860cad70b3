-- Two clocks time an enrolment. The completion clock starts when the learner could
-- begin and stops at the horizon. The withdrawal clock starts with the cohort, for
-- learners who have not withdrawn by its first day, and stops when the cohort ends.
with

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
    {{ only_touched('touched_exits', 'enrolment_id') }}
),

outcomes as (
    select * from {{ ref('int_enrolments_resolved_to_outcome') }}
),

terms as (
    select * from {{ ref('int_enrolment_terms') }}
),

observed as (
    select
        episodes.enrolment_id,
        episodes.programme_id,
        episodes.cohort_id,
        episodes.delivery_mode,
        episodes.outcome_category,
        episodes.time_zone,
        episodes.clock_started_at,
        coalesce(episodes.cohort_starts_at, episodes.clock_started_at) as day_zero_at,
        episodes.matured_at,
        episodes.cohort_ends_at,
        episodes.as_of,
        episodes.withdrawn_at,
        outcomes.finished_at,
        outcomes.left_at,
        outcomes.is_withdrawn_before_start
    from episodes
    inner join outcomes on episodes.enrolment_id = outcomes.enrolment_id
    left join terms on episodes.enrolment_id = terms.enrolment_id
    where
        not outcomes.is_waived
        and {{ exclusion_reason('terms', 'outcomes') }} is null
        and coalesce(outcomes.status, '') <> 'transferred'
        and episodes.clock_started_at is not null
),

clocks as (
    select
        'completion' as clock,
        enrolment_id,
        programme_id,
        cohort_id,
        delivery_mode,
        outcome_category,
        time_zone,
        clock_started_at as from_at,
        matured_at as until_at,
        as_of,
        withdrawn_at,
        finished_at,
        left_at
    from observed
    union all
    select
        'withdrawal' as clock,
        enrolment_id,
        programme_id,
        cohort_id,
        delivery_mode,
        outcome_category,
        time_zone,
        day_zero_at as from_at,
        coalesce(cohort_ends_at, matured_at) as until_at,
        as_of,
        withdrawn_at,
        finished_at,
        left_at
    from observed
    where not is_withdrawn_before_start
),

-- Days are local days of the cohort, so that a change of clocks moves no event by a
-- day.
in_days as (
    select
        clock,
        enrolment_id,
        programme_id,
        cohort_id,
        delivery_mode,
        outcome_category,
        {{ whole_days(
            local_timestamp('from_at', 'time_zone'),
            local_timestamp('until_at', 'time_zone')
        ) }} as until_day,
        {{ whole_days(
            local_timestamp('from_at', 'time_zone'),
            local_timestamp('as_of', 'time_zone')
        ) }} as known_day,
        {{ whole_days(
            local_timestamp('from_at', 'time_zone'),
            local_timestamp('left_at', 'time_zone')
        ) }} as left_day,
        {{ whole_days(
            local_timestamp('from_at', 'time_zone'),
            local_timestamp('finished_at', 'time_zone')
        ) }} as finished_day,
        {{ whole_days(
            local_timestamp('from_at', 'time_zone'),
            local_timestamp('withdrawn_at', 'time_zone')
        ) }} as withdrawn_day
    from clocks
),

-- What is after the last day is unknown; what is before the first day counts on it.
bounded as (
    select
        *,
        least(
            until_day,
            known_day,
            case
                when left_day is null then until_day
                when left_day < 0 then 0
                else left_day
            end
        ) as last_day,
        case when finished_day < 0 then 0 else finished_day end as finish_day,
        case when withdrawn_day < 0 then 0 else withdrawn_day end as withdrawal_day
    from in_days
)

select
    clock,
    enrolment_id,
    programme_id,
    cohort_id,
    delivery_mode,
    outcome_category,
    case
        when finish_day <= last_day then finish_day
        when withdrawal_day <= last_day then withdrawal_day
        else last_day
    end as exit_day,
    case
        when finish_day <= last_day then 'completed'
        when withdrawal_day <= last_day then 'withdrawn'
        else 'censored'
    end as exit_kind
from bounded
where last_day >= 0
