{{ config(
    materialized='incremental',
    unique_key=['programme_id', 'cohort_id'],
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

with

cohorts as (
    select * from {{ ref('dim_cohorts') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where not is_waived and exclusion_reason is null
),

members as (
    select distinct
        programme_id,
        cohort_id,
        learner_key
    from enrolments
),

groups as (
    select
        programme_id,
        cohort_id,
        count(distinct learner_key) as learner_count,
        max(matured_at) as matured_at,
        min(case when is_matured then 1 else 0 end) = 1 as is_over
    from enrolments
    group by programme_id, cohort_id
),

-- Contacts are days on the clock of the cohort.
ends as (
    select
        groups.programme_id,
        groups.cohort_id,
        cast({{ local_timestamp('groups.matured_at', 'cohorts.time_zone') }} as date)
            as last_date
    from groups
    inner join cohorts
        on
            groups.programme_id = cohorts.programme_id
            and groups.cohort_id = cohorts.cohort_id
),

contacts as (
    select
        ends.programme_id,
        ends.cohort_id,
        contacts.learner_a_key,
        contacts.learner_b_key,
        count(distinct contacts.contact_date) as day_count
    from {{ ref('int_peer_contacts') }} as contacts
    inner join ends on contacts.cohort_id = ends.cohort_id
    inner join members
        on
            ends.programme_id = members.programme_id
            and ends.cohort_id = members.cohort_id
            and contacts.learner_a_key = members.learner_key
    inner join members as others
        on
            ends.programme_id = others.programme_id
            and ends.cohort_id = others.cohort_id
            and contacts.learner_b_key = others.learner_key
    where contacts.contact_date <= ends.last_date
    group by
        ends.programme_id,
        ends.cohort_id,
        contacts.learner_a_key,
        contacts.learner_b_key
),

ties as (
    select
        programme_id,
        cohort_id,
        count(*) as contact_count,
        sum(case when day_count >= {{ var('tie_days') }} then 1 else 0 end)
            as tie_count
    from contacts
    group by programme_id, cohort_id
)

select
    ---------- ids
    cohorts.programme_id,
    cohorts.cohort_id,
    ---------- strings
    cohorts.delivery_mode,
    cohorts.outcome_category,
    cast(null as {{ dbt.type_string() }}) as business_unit,
    cast(null as {{ dbt.type_string() }}) as region,
    ---------- numerics
    cast(groups.learner_count as bigint) as audience_count,
    cast(ties.contact_count as bigint) as contact_count,
    ---------- dates
    {{ fiscal_quarter_start('groups.matured_at') }} as matured_quarter_date,
    ---------- measures, null while the cohort is not over
    cast(case when groups.is_over then ties.tie_count end as bigint)
        as peer_tie_density_numerator,
    cast(
        case
            when groups.is_over
                then {{ whole_number(
                    'groups.learner_count * (groups.learner_count - 1) / 2.0'
                ) }}
        end as bigint
    ) as peer_tie_density_denominator
from cohorts
inner join groups
    on
        cohorts.programme_id = groups.programme_id
        and cohorts.cohort_id = groups.cohort_id
inner join ties
    on
        cohorts.programme_id = ties.programme_id
        and cohorts.cohort_id = ties.cohort_id
