-- First attempts at tests that the organisation declares, by what they measure.
with

attempts as (
    select * from {{ ref('int_assessment_attempts') }}
),

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
),

assessments as (
    select * from {{ ref('stg_organisation__assessments') }}
),

declared as (
    select
        attempts.enrolment_id,
        attempts.activity_id,
        attempts.attempted_at,
        attempts.score_scaled,
        assessments.kind,
        coalesce(assessments.form, '') as form,
        row_number() over (
            partition by attempts.enrolment_id, assessments.kind
            order by
                attempts.attempted_at asc nulls last,
                attempts.activity_id asc,
                attempts.attempt_no asc
        ) as kind_rank,
        row_number() over (
            partition by
                attempts.enrolment_id, assessments.kind, coalesce(assessments.form, '')
            order by
                attempts.attempted_at asc nulls last,
                attempts.activity_id asc,
                attempts.attempt_no asc
        ) as form_rank,
        case
            when attempts.attempted_at > episodes.matured_at then false
            when attempts.score_scaled is null then attempts.is_passed
            else
                attempts.score_scaled
                >= coalesce(assessments.mastery_score, {{ var('mastery_score') }})
        end as is_mastered_in_time
    from attempts
    inner join episodes on attempts.enrolment_id = episodes.enrolment_id
    inner join assessments
        on
            attempts.activity_id = assessments.activity_id
            and episodes.programme_id = assessments.programme_id
),

first_attempts as (
    select
        enrolment_id,
        {% for kind in [
            'pre_test', 'post_test', 'scenario_before', 'scenario_after'
        ] -%}
            max(case when kind = '{{ kind }}' and kind_rank = 1 then score_scaled end)
                as {{ kind }}_score,
            max(case when kind = '{{ kind }}' and kind_rank = 1 then attempted_at end)
                as {{ kind }}_at,
        {% endfor -%}
        max(
            case
                when kind = 'drill' and is_mastered_in_time then 1
                when kind = 'drill' and is_mastered_in_time is not null then 0
            end
        ) = 1 as is_drill_mastered
    from declared
    group by enrolment_id
),

-- Scores of one form may be compared.
retained as (
    select
        immediate.enrolment_id,
        {{ exact_sum('immediate.score_scaled') }} as immediate_score,
        {{ exact_sum('delayed.score_scaled') }} as delayed_score
    from declared as immediate
    inner join declared as delayed
        on
            immediate.enrolment_id = delayed.enrolment_id
            and immediate.form = delayed.form
    where
        immediate.kind = 'post_test'
        and delayed.kind = 'delayed_test'
        and immediate.form_rank = 1
        and delayed.form_rank = 1
        and immediate.score_scaled is not null
        and delayed.score_scaled is not null
    group by immediate.enrolment_id
)

select
    first_attempts.enrolment_id,
    first_attempts.pre_test_score,
    case
        when
            not coalesce(
                first_attempts.post_test_at < first_attempts.pre_test_at, false
            )
            then first_attempts.post_test_score
    end as post_test_score,
    first_attempts.scenario_before_score,
    case
        when
            not coalesce(
                first_attempts.scenario_after_at < first_attempts.scenario_before_at,
                false
            )
            then first_attempts.scenario_after_score
    end as scenario_after_score,
    retained.immediate_score,
    retained.delayed_score,
    first_attempts.is_drill_mastered
from first_attempts
left join retained on first_attempts.enrolment_id = retained.enrolment_id
