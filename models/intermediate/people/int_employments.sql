-- What a person was to the organisation, and where, over the time that each record
-- holds. The first record also holds before its day. Without a day of entry, a person
-- was there from the first day on that any record holds from.
{{ config(
    materialized='incremental',
    unique_key='learner_key',
) }}

{%- set organisation_zone = "'" ~ var('organisation_time_zone') ~ "'" %}

with

people as (
    select * from {{ ref('stg_organisation__people') }}
),

first_records as (
    select
        learner_key,
        case when count(valid_from) = count(*) then min(valid_from) end as known_from_at
    from people
    group by learner_key
),

numbered as (
    select
        *,
        row_number() over (
            partition by learner_key order by valid_from asc nulls first
        ) as record_no,
        lead(valid_from) over (
            partition by learner_key order by valid_from asc nulls first
        ) as holds_until_at
    from people
)

select
    ---------- ids
    numbered.learner_key,
    ---------- strings
    numbered.person_kind,
    numbered.business_unit,
    numbered.region,
    ---------- dates
    coalesce(
        numbered.hired_on,
        cast({{ local_timestamp(
            'first_records.known_from_at', organisation_zone
        ) }} as date)
    ) as entered_on,
    cast({{ local_timestamp('numbered.left_at', organisation_zone) }} as date)
        as last_on,
    ---------- timestamps
    numbered.left_at,
    case when numbered.record_no > 1 then numbered.valid_from end as holds_from_at,
    numbered.holds_until_at
from numbered
inner join first_records on numbered.learner_key = first_records.learner_key
