-- Learners of programmes with a changed enrolment, and all of a programme where it is
-- known up to another quarter or its description changed.
{{ config(meta={'key': ['learner_key', 'programme_id']}) }}

with

known_until as (
    select programme_id
    from {{ changes_of('int_programmes_known_until') }}
    group by programme_id
    having
        count(as_of) < 2
        or min({{ fiscal_quarter_start('as_of') }})
        <> max({{ fiscal_quarter_start('as_of') }})
),

changed_programmes as (
    select programme_id from known_until
    union
    select programme_id from {{ changes_of('stg_organisation__programmes') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

certificates_before as (
    select * from {{ previous('fct_certificate_quarters') }}
)

select
    learner_key,
    programme_id
from {{ changes_of('fct_enrolments') }}
union
select
    enrolments.learner_key,
    enrolments.programme_id
from enrolments
inner join changed_programmes
    on enrolments.programme_id = changed_programmes.programme_id
union
select
    certificates_before.learner_key,
    certificates_before.programme_id
from certificates_before
inner join changed_programmes
    on certificates_before.programme_id = changed_programmes.programme_id
