-- An activity of the whole programme belongs to each of its cohorts, but to live ones
-- only where it was declared for them: their programme may also run self-paced.
with

cohorts as (
    select
        programme_id,
        cohort_id,
        min(delivery_mode) as delivery_mode
    from {{ ref('int_enrolment_episodes') }}
    group by programme_id, cohort_id
),

activities as (
    select * from {{ ref('stg_organisation__activities') }}
    where role <> 'programme'
),

ranked as (
    select
        cohorts.programme_id,
        cohorts.cohort_id,
        cohorts.delivery_mode,
        activities.activity_id,
        activities.role,
        activities.phase_no,
        activities.due_at,
        row_number() over (
            partition by
                cohorts.programme_id, cohorts.cohort_id, activities.activity_id
            order by
                case when activities.cohort_id is null then 1 else 0 end asc,
                activities.role asc
        ) as specificity_rank
    from cohorts
    inner join activities
        on
            cohorts.programme_id = activities.programme_id
            and coalesce(activities.cohort_id, cohorts.cohort_id) = cohorts.cohort_id
    where
        activities.cohort_id is not null
        or coalesce(cohorts.delivery_mode, '') <> 'sync'
)

select
    programme_id,
    cohort_id,
    delivery_mode,
    activity_id,
    role,
    -- Places in the order that roles have by themselves, where no phase is declared.
    case role
        when 'pre_work' then 1
        when 'unit' then 2
        when 'follow_up' then 4
    end as role_phase_no,
    phase_no,
    due_at
from ranked
where specificity_rank = 1
