-- What statements say about enrolments: a registration opens a spell; the next one
-- opens another only if a withdrawal or a completion closed the one before.
{{ config(materialized='table') }}

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
        source,
        occurred_at,
        case
            when verb = 'registered' then 'registered'
            when verb = 'unregistered' then 'unregistered'
            else 'completed'
        end as milestone
    from statements
    where
        role = 'programme'
        and learner_key is not null
        and (
            verb in ('registered', 'unregistered')
            or (is_completion and coalesce(completion, true))
        )
),

-- An undated registration came first; an undated ending came last.
in_order as (
    select
        *,
        row_number() over (
            partition by learner_key, programme_id, cohort_id, registration
            order by
                case
                    when occurred_at is not null then 1
                    when milestone = 'registered' then 0
                    else 2
                end asc,
                occurred_at asc nulls last,
                case when milestone = 'registered' then 0 else 1 end asc,
                milestone asc,
                source asc
        ) as milestone_no
    from milestones
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
        end as opens_spell
    from in_order
),

numbered as (
    select
        *,
        sum(opens_spell) over (
            partition by learner_key, programme_id, cohort_id, registration
            order by milestone_no asc
            rows between unbounded preceding and current row
        ) as spell_no
    from opened
)

select
    learner_key,
    programme_id,
    cohort_id,
    registration,
    cast(spell_no as bigint) as spell_no,
    min(source) as source,
    min(case when milestone = 'registered' then occurred_at end) as registered_at,
    max(case when milestone = 'unregistered' then occurred_at end) as unregistered_at,
    max(case when milestone = 'unregistered' then 1 else 0 end) = 1 as is_unregistered
from numbered
where spell_no > 0
group by learner_key, programme_id, cohort_id, registration, spell_no
