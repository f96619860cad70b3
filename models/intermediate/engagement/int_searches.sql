-- Searches by statement or by the organisation's table. In statements the result is
-- what is opened next, and it is read until something else is opened or searched for,
-- or up to the last event before the idle gap.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
) }}

with

reported as (
    select * from {{ ref('stg_organisation__searches') }}
),

of_enrolments as (
    {{ with_enrolments('reported', ['searched_at'], 'reported.searched_at') }}
),

by_statement as (
    select
        enrolment_id,
        statement_id,
        interaction_count as result_count,
        occurred_at as searched_at,
        {{ epoch_micros('occurred_at') }} as searched_us
    from {{ ref('int_statements_bound_to_enrolments') }}
    where verb = 'searched' and occurred_at is not null
),

searching as (
    select distinct enrolment_id from by_statement
),

openings as (
    select
        openings.enrolment_id,
        openings.opened_at,
        {{ epoch_micros('openings.opened_at') }} as opened_us
    from {{ ref('int_activity_openings') }} as openings
    inner join searching on openings.enrolment_id = searching.enrolment_id
),

moments as (
    select
        enrolment_id,
        opened_us as moment_us,
        1 as is_leaving
    from openings
    union all
    select
        enrolment_id,
        searched_us as moment_us,
        1 as is_leaving
    from by_statement
    union all
    select
        events.enrolment_id,
        {{ epoch_micros('events.occurred_at') }} as moment_us,
        0 as is_leaving
    from {{ ref('int_learning_events') }} as events
    inner join searching on events.enrolment_id = searching.enrolment_id
),

opened as (
    select
        by_statement.enrolment_id,
        by_statement.statement_id,
        min(openings.opened_at) as opened_at,
        min(openings.opened_us) as opened_us
    from by_statement
    inner join openings
        on
            by_statement.enrolment_id = openings.enrolment_id
            and by_statement.searched_us <= openings.opened_us
            and by_statement.searched_us
            >= openings.opened_us - 1000000.0 * {{ var('search_open_seconds') }}
    group by by_statement.enrolment_id, by_statement.statement_id
),

followed as (
    select
        opened.statement_id,
        opened.opened_us,
        min(case when moments.is_leaving = 1 then moments.moment_us end) as left_us,
        max(moments.moment_us) as last_us
    from opened
    inner join moments
        on
            opened.enrolment_id = moments.enrolment_id
            and opened.opened_us < moments.moment_us
            and opened.opened_us
            >= moments.moment_us - 60000000.0 * {{ var('idle_gap_minutes') }}
    group by opened.statement_id, opened.opened_us
)

select
    by_statement.enrolment_id,
    by_statement.result_count,
    by_statement.searched_at,
    opened.opened_at,
    coalesce(followed.left_us, followed.last_us) - followed.opened_us as dwell_micros
from by_statement
left join opened on by_statement.statement_id = opened.statement_id
left join followed on by_statement.statement_id = followed.statement_id
union all
select
    enrolment_id,
    result_count,
    searched_at,
    opened_at,
    {{ micros_of_seconds('dwell_seconds') }} as dwell_micros
from of_enrolments
