{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={
        'touched': 'touched_enrolments',
        'hands_on': [
            'learner_key', 'programme_id', 'cohort_id', 'is_waived', 'is_excluded'
        ],
        'has_measures': true,
    },
) }}

with

enrolments as (
    select * from {{ ref('int_enrolments_described') }}
    {{ only_touched('touched_enrolments', 'enrolment_id') }}
),

-- A rate covers the enrolments whose horizon is over and that could be completed by
-- somebody who is not excluded.
rated as (
    select
        *,
        is_matured
        and not is_waived
        and exclusion_reason is null
        and coalesce(status, '') <> 'transferred'
        and not coalesce(status = 'left_org' and left_at < matured_at, false)
            as is_rated,
        is_completed
        and coalesce(completed_at <= matured_at, true) as is_completed_in_time,
        has_activity_evidence
        and coalesce(is_activity_known, true) as is_start_known,
        coalesce(started_at <= matured_at, started_at is not null)
            as is_started_in_time,
        not is_waived
        and exclusion_reason is null
        and due_at <= as_of
        and not coalesce(left_at < due_at, false) as is_due,
        is_matured and exclusion_reason is null and is_waived as is_waived_in_time,
        coalesce(
            last_activity_at >= {{ add_days(
                'matured_at', '-' ~ var('abandonment_days')
            ) }},
            false
        ) as is_active_at_the_end
    from enrolments
)

select
    ---------- ids
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    registration,
    period_key,
    ---------- strings
    delivery_mode,
    outcome_category,
    completion_class,
    segment,
    business_unit,
    region,
    language,
    tenure_band,
    prior_completion_band,
    status,
    waiver_kind,
    exclusion_reason,
    ---------- numerics
    cast(episode_no as bigint) as episode_no,
    previous_attempts,
    studied_credits,
    horizon_days,
    final_attempt_count,
    best_score_scaled,
    ---------- booleans
    is_waived,
    exclusion_reason is not null as is_excluded,
    is_completed,
    is_withdrawn,
    is_withdrawn_before_start,
    is_imputed,
    is_start_imputed,
    is_matured,
    has_activity_evidence,
    coalesce(is_activity_known, true) as is_activity_known,
    passed,
    first_attempt_passed,
    ---------- dates
    {{ fiscal_quarter_start('enrolled_at') }} as enrolled_quarter_date,
    {{ fiscal_quarter_start('matured_at') }} as matured_quarter_date,
    {{ fiscal_quarter_start('due_at') }} as due_quarter_date,
    ---------- timestamps
    enrolled_at,
    started_at,
    last_activity_at,
    completed_at,
    certificate_expires_at,
    completion_revoked_at,
    withdrawn_at,
    due_at,
    left_at,
    clock_started_at,
    matured_at,
    ---------- measures, null where the enrolment is not in the base
    {{ measure('start_rate', 'is_rated and is_start_known',
               'is_started_in_time') }},
    {{ measure('completion_rate', 'is_rated', 'is_completed_in_time') }},
    {{ measure('completion_rate_at_start',
               'is_rated and not is_withdrawn_before_start',
               'is_completed_in_time') }},
    {{ measure('completion_rate_not_withdrawn', 'is_rated and not is_withdrawn',
               'is_completed_in_time') }},
    {{ measure('completion_rate_started',
               'is_rated and is_start_known and is_started_in_time',
               'is_completed_in_time') }},
    {{ measure('withdrawal_rate', 'is_rated', 'is_withdrawn') }},
    {{ measure('pass_rate', 'is_rated and passed is not null', 'passed') }},
    {{ measure('first_attempt_pass_rate',
               'is_rated and first_attempt_passed is not null',
               'first_attempt_passed') }},
    {{ measure('on_time_rate', 'is_due',
               'is_completed and coalesce(completed_at <= due_at, false)') }},
    {{ measure('overdue_rate', 'is_due', 'not is_completed') }},
    {{ measure('abandonment_rate',
               'is_rated and is_start_known and is_started_in_time',
               'not (is_completed_in_time or is_withdrawn or is_active_at_the_end)') }},
    {{ measure('unstarted_completion_share',
               'is_rated and is_start_known and is_completed_in_time',
               'is_start_imputed') }},
    {{ measure('waived_share', 'is_rated or is_waived_in_time', 'is_waived') }},
    {{ measure('retake_share', 'enrolled_at is not null and exclusion_reason is null',
               'episode_no > 1') }}
from rated
