-- Credentials, from the organisation's table and from statements that a certificate was
-- earned.
with

credentials as (
    select
        *,
        cast(null as {{ dbt.type_string() }}) as cohort_id
    from {{ ref('stg_organisation__credentials') }}
),

of_enrolments as (
    {{ with_enrolments(
        'credentials',
        key=['credential_name', 'awarded_at'],
        moment='credentials.awarded_at'
    ) }}
),

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
    where
        verb = 'certified'
        or (verb = 'earned' and activity_kind = 'certificate')
),

awarded as (
    select
        enrolment_id,
        awarded_at,
        first_verified_at
    from of_enrolments
    union all
    select
        enrolment_id,
        occurred_at as awarded_at,
        cast(null as timestamp) as first_verified_at
    from statements
)

select
    enrolment_id,
    min(awarded_at) as awarded_at,
    min(first_verified_at) as first_verified_at
from awarded
group by enrolment_id
