with

kpis as (
    select
        kpi_id,
        level
    from {{ ref('kpis') }}
    where level in ('activity', 'reaction', 'learning', 'application', 'outcome')
),

levels as (
    select distinct level from kpis
),

amounts as (
    select * from {{ ref('fct_kpis') }}
),

cohorts as (
    select
        programme_id,
        cohort_id,
        delivery_mode,
        count(distinct learner_key) as learner_count
    from {{ ref('fct_enrolments') }}
    where
        is_matured
        and not is_waived
        and exclusion_reason is null
        and delivery_mode is not null
    group by programme_id, cohort_id, delivery_mode
),

by_quarter as (
    select
        kpis.level,
        amounts.kpi_id,
        amounts.programme_id,
        amounts.cohort_id,
        sum(amounts.denominator_learner_count) as learner_count
    from amounts
    inner join kpis on amounts.kpi_id = kpis.kpi_id
    where amounts.denominator > 0
    group by
        kpis.level,
        amounts.kpi_id,
        amounts.programme_id,
        amounts.cohort_id,
        amounts.period_start_date
),

-- A learner may be in several quarters and KPIs of a level: at least those of the KPI
-- and quarter with most learners are measured.
by_cohort as (
    select
        level,
        programme_id,
        cohort_id,
        max(learner_count) as learner_count
    from by_quarter
    group by level, programme_id, cohort_id
),

-- What is known of a programme as a whole is known of everybody in it.
measured as (
    select
        levels.level,
        cohorts.delivery_mode,
        cohorts.learner_count,
        case
            when of_programmes.programme_id is not null then cohorts.learner_count
            else least(coalesce(by_cohort.learner_count, 0), cohorts.learner_count)
        end as measured_learner_count
    from cohorts
    cross join levels
    left join by_cohort
        on
            cohorts.programme_id = by_cohort.programme_id
            and cohorts.cohort_id = by_cohort.cohort_id
            and levels.level = by_cohort.level
    left join by_cohort as of_programmes
        on
            cohorts.programme_id = of_programmes.programme_id
            and of_programmes.cohort_id = 'all'
            and levels.level = of_programmes.level
)

select
    ---------- strings
    level,
    delivery_mode,
    ---------- numerics
    cast(sum(learner_count) as bigint) as learner_count,
    cast(sum(measured_learner_count) as bigint) as measured_learner_count,
    cast(sum(measured_learner_count) as double) / cast(sum(learner_count) as double)
        as measured_share
from measured
group by level, delivery_mode
