-- First answers to single questions: those where a mistake would be dangerous, and
-- those that ask about a unit one to three days after it was completed.
with

statements as (
    select
        enrolment_id,
        object_id,
        verb,
        success,
        occurred_at,
        cohort_time_zone
    from {{ ref('int_statements_bound_to_enrolments') }}
    where verb in ('answered', 'completed')
),

items as (
    select * from {{ ref('stg_organisation__assessment_items') }}
    where is_critical
),

recalls as (
    select * from {{ ref('stg_organisation__assessments') }}
    where kind = 'recall' and unit_activity_id is not null
),

attempts as (
    select * from {{ ref('int_assessment_attempts') }}
    where attempt_no = 1
),

-- Of two answers at one moment, the wrong one counts.
critical_answers as (
    select
        statements.enrolment_id,
        statements.success,
        row_number() over (
            partition by statements.enrolment_id, statements.object_id
            order by
                statements.occurred_at asc nulls last,
                case when statements.success then 1 else 0 end asc
        ) as answer_no
    from statements
    inner join items on statements.object_id = items.item_id
    where statements.verb = 'answered' and statements.success is not null
),

critical as (
    select
        enrolment_id,
        count(*) as critical_answer_count,
        sum(case when success then 0 else 1 end) as critical_error_count
    from critical_answers
    where answer_no = 1
    group by enrolment_id
),

completed_units as (
    select
        statements.enrolment_id,
        statements.object_id as unit_activity_id,
        min(statements.cohort_time_zone) as time_zone,
        min(statements.occurred_at) as completed_at
    from statements
    inner join recalls on statements.object_id = recalls.unit_activity_id
    where statements.verb = 'completed'
    group by statements.enrolment_id, statements.object_id
),

recalled as (
    select
        attempts.enrolment_id,
        coalesce(
            attempts.is_passed,
            attempts.score_scaled
            >= coalesce(recalls.mastery_score, {{ var('mastery_score') }})
        ) as is_right,
        {{ whole_days(
            "cast(cast(" ~ local_timestamp(
                'completed_units.completed_at', 'completed_units.time_zone'
            ) ~ " as date) as timestamp)",
            "cast(cast(" ~ local_timestamp(
                'attempts.attempted_at', 'completed_units.time_zone'
            ) ~ " as date) as timestamp)"
        ) }} as days_after
    from attempts
    inner join recalls on attempts.activity_id = recalls.activity_id
    inner join completed_units
        on
            attempts.enrolment_id = completed_units.enrolment_id
            and recalls.unit_activity_id = completed_units.unit_activity_id
),

recall as (
    select
        enrolment_id,
        count(*) as recall_count,
        sum(case when is_right then 1 else 0 end) as recalled_count
    from recalled
    where days_after between 1 and 3 and is_right is not null
    group by enrolment_id
)

select
    coalesce(critical.enrolment_id, recall.enrolment_id) as enrolment_id,
    cast(critical.critical_answer_count as bigint) as critical_answer_count,
    cast(critical.critical_error_count as bigint) as critical_error_count,
    cast(recall.recall_count as bigint) as recall_count,
    cast(recall.recalled_count as bigint) as recalled_count
from critical
full outer join recall on critical.enrolment_id = recall.enrolment_id
