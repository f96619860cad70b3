-- Work that the organisation reports names a learner and a programme, no enrolment: it
-- belongs to the enrolment that began last before it, else to the first one after it.
with

reports as (
    select * from {{ ref('stg_organisation__submissions') }}
),

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
),

activities as (
    select
        activity_id,
        programme_id,
        max(role) as role
    from {{ ref('stg_organisation__activities') }}
    where role in ('assessment', 'final_assessment')
    group by activity_id, programme_id
),

ranked as (
    select
        reports.*,
        episodes.enrolment_id,
        episodes.cohort_id,
        episodes.time_zone,
        row_number() over (
            partition by
                reports.learner_key,
                reports.programme_id,
                reports.activity_id,
                reports.submitted_at
            order by
                case
                    when episodes.clock_started_at > reports.submitted_at then 1
                    else 0
                end asc,
                abs(
                    {{ epoch_micros('reports.submitted_at') }}
                    - {{ epoch_micros('episodes.clock_started_at') }}
                ) asc nulls last,
                episodes.enrolment_id asc
        ) as closeness_rank
    from reports
    inner join episodes
        on
            reports.learner_key = episodes.learner_key
            and reports.programme_id = episodes.programme_id
)

select
    ranked.enrolment_id,
    ranked.programme_id,
    ranked.cohort_id,
    ranked.activity_id,
    coalesce(activities.role, 'assessment') as role,
    ranked.time_zone,
    ranked.submitted_at,
    ranked.feedback_at,
    ranked.grader_kind,
    ranked.due_at
from ranked
left join activities
    on
        ranked.activity_id = activities.activity_id
        and ranked.programme_id = activities.programme_id
where ranked.closeness_rank = 1
