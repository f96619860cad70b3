-- Badges earned by statement, and credentials in the organisation's table.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
) }}

with

credentials as (
    select
        *,
        cast(null as {{ dbt.type_string() }}) as cohort_id
    from {{ ref('stg_organisation__credentials') }}
),

of_enrolments as (
    {{ with_enrolments(
        'credentials', ['credential_name', 'awarded_at'], 'credentials.awarded_at'
    ) }}
)

select
    enrolment_id,
    object_id as badge_name,
    occurred_at as earned_at
from {{ ref('int_statements_bound_to_enrolments') }}
where verb = 'earned' and occurred_at is not null
union all
select
    enrolment_id,
    credential_name as badge_name,
    awarded_at as earned_at
from of_enrolments
