{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where exclusion_reason is null
),

mode_references as (
    select * from {{ ref('int_programme_mode_references') }}
),

transitions as (
    select
        *,
        min(case when phase_mode = 'sync' then phase_no end) over (
            partition by enrolment_id
        ) as first_live_no
    from {{ ref('fct_phase_transitions') }}
    where is_required and is_linked
),

timed as (
    select
        enrolment_id,
        coalesce({{ micros_of_seconds('self_paced_seconds') }}, 0)
        + coalesce({{ micros_of_seconds('live_seconds') }}, 0) as micros
    from {{ ref('fct_learner_engagement') }}
    where has_time_evidence
),

-- The parts before, in and after the first live phase; null where the design has none.
phased as (
    select
        enrolment_id,
        count(*) as designed_count,
        count(reached_at) as reached_count,
        count(finished_at) as met_count,
        count(case when is_in_designed_order then 1 end) as in_order_count,
        min(case when is_declared then 1 else 0 end) = 1
        or count(case when phase_no = 2 then 1 end) = 0 as has_designed_order,
        min(
            case
                when phase_mode = 'async' and phase_no < first_live_no
                    then case when finished_at is not null then 1 else 0 end
            end
        ) = 1 as is_prepared,
        max(
            case
                when phase_mode = 'sync'
                    then case when reached_at is not null then 1 else 0 end
            end
        ) = 1 as is_live,
        min(
            case
                when phase_mode = 'async' and phase_no > first_live_no
                    then case when finished_at is not null then 1 else 0 end
            end
        ) = 1 as is_followed_up
    from transitions
    group by enrolment_id
),

described as (
    select
        enrolments.*,
        programmes.hybrid_pattern,
        mode_references.reference_mode,
        {{ is_aligned('enrolments.delivery_mode', 'mode_references.reference_mode') }}
            as is_aligned,
        enrolments.delivery_mode = 'hybrid'
        and enrolments.completion_rate_denominator = 1
        and enrolments.is_activity_known as is_rated,
        phased.designed_count,
        phased.reached_count,
        phased.met_count,
        phased.in_order_count,
        phased.has_designed_order,
        phased.is_prepared,
        phased.is_live,
        phased.is_followed_up,
        {{ hours_of_micros('timed.micros') }} as learning_hours,
        pulls.unit_count,
        pulls.pulled_count
    from enrolments
    inner join {{ ref('dim_programmes') }} as programmes
        on enrolments.programme_id = programmes.programme_id
    left join mode_references
        on enrolments.programme_id = mode_references.programme_id
    left join phased on enrolments.enrolment_id = phased.enrolment_id
    left join timed on enrolments.enrolment_id = timed.enrolment_id
    left join {{ ref('int_milestone_pulls') }} as pulls
        on enrolments.enrolment_id = pulls.enrolment_id
)

select
    ---------- ids
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    reference_mode,
    ---------- numerics
    cast(designed_count as bigint) as designed_phase_count,
    cast(reached_count as bigint) as reached_phase_count,
    cast(met_count as bigint) as met_phase_count,
    ---------- booleans
    is_aligned,
    is_prepared,
    is_live,
    is_followed_up,
    ---------- dates
    enrolled_quarter_date,
    matured_quarter_date,
    ---------- measures, null where the enrolment is not in the base
    learning_hours * case when is_aligned then 1.0 when not is_aligned then 0.0 end
        as mode_alignment_numerator,
    case when is_aligned is not null then learning_hours end
        as mode_alignment_denominator,
    {{ measure('sequence_completion',
               'is_rated and is_prepared is not null and is_live is not null'
               ' and is_followed_up is not null',
               'is_prepared and is_live and is_followed_up') }},
    {{ measure('design_fidelity',
               'is_rated and started_at is not null and designed_count > 1'
               ' and has_designed_order',
               'met_count = designed_count and in_order_count = designed_count') }},
    case
        when is_rated and hybrid_pattern = 'self_study_milestones' then pulled_count
    end as milestone_pull_numerator,
    case
        when is_rated and hybrid_pattern = 'self_study_milestones' then unit_count
    end as milestone_pull_denominator
from described
