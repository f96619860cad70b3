-- The phases of blended cohorts, and of others for which some were declared. Where none
-- is declared, the roles of activities and the sessions are the phases.
with

cohorts as (
    select
        programme_id,
        cohort_id,
        min(delivery_mode) as cohort_delivery_mode
    from {{ ref('int_enrolment_episodes') }}
    group by programme_id, cohort_id
),

phases as (
    select * from {{ ref('stg_organisation__phases') }}
),

activities as (
    select * from {{ ref('int_cohort_activities') }}
),

sessions as (
    select
        programme_id,
        cohort_id,
        phase_no,
        case when has_attendance_evidence then 1 end as is_evidenced
    from {{ ref('int_live_sessions') }}
    where cohort_id is not null
),

ranked as (
    select
        cohorts.programme_id,
        cohorts.cohort_id,
        phases.phase_no,
        phases.phase_name,
        coalesce(phases.delivery_mode, cohorts.cohort_delivery_mode) as phase_mode,
        phases.is_required,
        phases.ends_at,
        row_number() over (
            partition by cohorts.programme_id, cohorts.cohort_id, phases.phase_no
            order by case when phases.cohort_id is null then 1 else 0 end asc
        ) as specificity_rank
    from cohorts
    inner join phases
        on
            cohorts.programme_id = phases.programme_id
            and coalesce(phases.cohort_id, cohorts.cohort_id) = cohorts.cohort_id
    where cohorts.cohort_delivery_mode = 'hybrid' or phases.cohort_id is not null
),

declared as (
    select
        *,
        -- Sessions without a phase belong to the only live one.
        case
            when
                sum(case when phase_mode = 'sync' then 1 else 0 end) over (
                    partition by programme_id, cohort_id
                ) = 1
                and phase_mode = 'sync'
                then phase_no
        end as only_live_phase_no
    from ranked
    where specificity_rank = 1
),

undeclared as (
    select
        cohorts.programme_id,
        cohorts.cohort_id
    from cohorts
    left join declared
        on
            cohorts.programme_id = declared.programme_id
            and cohorts.cohort_id = declared.cohort_id
    where cohorts.cohort_delivery_mode = 'hybrid' and declared.phase_no is null
),

implied as (
    select distinct
        activities.programme_id,
        activities.cohort_id,
        activities.role_phase_no as phase_no,
        'async' as phase_mode
    from activities
    inner join undeclared
        on
            activities.programme_id = undeclared.programme_id
            and activities.cohort_id = undeclared.cohort_id
    where activities.role_phase_no is not null
    union
    select
        sessions.programme_id,
        sessions.cohort_id,
        3 as phase_no,
        'sync' as phase_mode
    from sessions
    inner join undeclared
        on
            sessions.programme_id = undeclared.programme_id
            and sessions.cohort_id = undeclared.cohort_id
),

every_phase as (
    select
        programme_id,
        cohort_id,
        phase_no,
        phase_name,
        phase_mode,
        is_required,
        true as is_declared,
        only_live_phase_no,
        ends_at
    from declared
    union all
    select
        programme_id,
        cohort_id,
        phase_no,
        cast(null as {{ dbt.type_string() }}) as phase_name,
        phase_mode,
        true as is_required,
        false as is_declared,
        case when phase_mode = 'sync' then phase_no end as only_live_phase_no,
        cast(null as timestamp) as ends_at
    from implied
)

select * from every_phase
