-- Enrolments whose share of the costs or completion changed: also those of a programme
-- with a changed cost, or that shares its costs among other enrolments than before, and
-- those that were completed after the moment up to which their programme was known
-- before.
{{ config(meta={'key': 'enrolment_id'}) }}

with

changed_counts as (
    select
        programme_id,
        cohort_id,
        sum(case when is_new then 1 else -1 end) as added_count
    from {{ changes_of('fct_enrolments') }}
    where not is_waived and not is_excluded
    group by programme_id, cohort_id
),

changed_programmes as (
    select programme_id from {{ changes_of('fct_costs') }}
    union
    select programme_id from changed_counts
    where added_count <> 0
),

known_until as (
    {{ programmes_known_otherwise() }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
)

select enrolment_id from {{ changes_of('fct_enrolments') }}
union
select enrolments.enrolment_id
from enrolments
inner join changed_programmes
    on enrolments.programme_id = changed_programmes.programme_id
union
select enrolments.enrolment_id
from enrolments
inner join known_until on enrolments.programme_id = known_until.programme_id
where
    enrolments.completed_at >= known_until.known_from
    or known_until.known_from is null
