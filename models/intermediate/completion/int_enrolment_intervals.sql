-- Enrolments as statements report them: a registration opens an interval; another one
-- opens a new interval only where a withdrawal or completion ended the one before. A
-- completion that was taken back ended nothing. Who is deferred to another run has left
-- this one.
{{ config(
    materialized='incremental',
    unique_key='learner_key',
    meta={'touched': 'touched_learners'},
) }}

with

statements as (
    select * from {{ ref('int_statements_bound_to_programmes') }}
),

milestones as (
    select
        learner_key,
        programme_id,
        cohort_id,
        registration,
        object_id,
        source,
        occurred_at,
        -- A report that does not date an end names the registration that it ends.
        coalesce(
            occurred_at,
            case when verb in ('unregistered', 'deferred') then interval_started_at end
        ) as ordered_at,
        case
            when verb in ('registered', 'unregistered', 'deferred') then verb
            when {{ takes_back_completion() }} then 'revoked'
            else 'completed'
        end as milestone
    from statements
    where
        role = 'programme'
        and learner_key is not null
        and (
            verb in ('registered', 'unregistered', 'deferred', 'uncompleted')
            or is_completion
        )
    {{ only_touched('touched_learners', 'learner_key', 'and') }}
),

-- An undated registration is taken as the first milestone, an undated end as the last.
in_order as (
    select
        *,
        row_number() over (
            partition by learner_key, programme_id, cohort_id, registration
            order by
                case
                    when ordered_at is not null then 1
                    when milestone = 'registered' then 0
                    else 2
                end asc,
                ordered_at asc nulls last,
                case when milestone = 'registered' then 0 else 1 end asc,
                milestone asc,
                source asc,
                object_id asc
        ) as milestone_no
    from milestones
),

between_ends as (
    select
        *,
        sum(
            case
                when milestone in ('registered', 'unregistered', 'deferred') then 1
                else 0
            end
        ) over (
            partition by learner_key, programme_id, cohort_id, registration
            order by milestone_no asc
            rows between unbounded preceding and current row
        ) as end_count
    from in_order
),

judged as (
    select
        *,
        milestone = 'completed'
        and max(case when milestone = 'revoked' then milestone_no else 0 end) over (
            partition by
                learner_key, programme_id, cohort_id, registration, end_count, object_id
        ) > milestone_no as is_taken_back
    from between_ends
),

opened as (
    select
        *,
        case
            when
                milestone = 'registered'
                and coalesce(
                    lag(milestone) over (
                        partition by learner_key, programme_id, cohort_id, registration
                        order by milestone_no asc
                    ),
                    'none'
                ) <> 'registered'
                then 1
            else 0
        end as opens_interval
    from judged
    where milestone <> 'revoked' and not is_taken_back
),

numbered as (
    select
        *,
        sum(opens_interval) over (
            partition by learner_key, programme_id, cohort_id, registration
            order by milestone_no asc
            rows between unbounded preceding and current row
        ) as interval_no
    from opened
),

intervals as (
    select
        learner_key,
        programme_id,
        cohort_id,
        registration,
        cast(interval_no as bigint) as interval_no,
        min(source) as source,
        min(case when milestone = 'registered' then occurred_at end) as registered_at,
        max(case when milestone = 'unregistered' then occurred_at end)
            as unregistered_at,
        max(case when milestone = 'unregistered' then 1 else 0 end) = 1
            as is_unregistered
    from numbered
    where interval_no > 0
    group by learner_key, programme_id, cohort_id, registration, interval_no
)

select
    {{ row_key([
        'learner_key', 'programme_id', 'cohort_id', 'registration', 'interval_no'
    ]) }} as interval_key,
    *
from intervals
