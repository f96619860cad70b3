-- How far each enrolment got on its path: which of the required steps were satisfied,
-- by the thirtieth day after its start or the end of its horizon, and when all were.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_paths'},
) }}

with

enrolments as (
    select
        *,
        least({{ add_days('started_at', 30) }}, matured_at) as counted_until
    from {{ ref('fct_enrolments') }}
    {{ only_touched('touched_paths', 'enrolment_id') }}
),

steps as (
    select * from {{ ref('int_path_steps') }}
    where is_required
),

completions as (
    select * from {{ ref('int_unit_completions') }}
    {{ only_touched('touched_paths', 'enrolment_id') }}
),

required as (
    select
        enrolments.enrolment_id,
        enrolments.counted_until,
        steps.activity_id
    from enrolments
    inner join steps
        on
            enrolments.programme_id = steps.programme_id
            and enrolments.cohort_id = coalesce(steps.cohort_id, enrolments.cohort_id)
    where enrolments.delivery_mode <> 'sync'
    group by enrolments.enrolment_id, enrolments.counted_until, steps.activity_id
)

select
    required.enrolment_id,
    cast(count(*) as bigint) as required_step_count,
    cast(sum(
        case when completions.satisfied_at <= required.counted_until then 1 else 0 end
    ) as bigint) as satisfied_step_count,
    case
        when count(completions.satisfied_at) = count(*)
            then max(completions.satisfied_at)
    end as path_finished_at
from required
left join completions
    on
        required.enrolment_id = completions.enrolment_id
        and required.activity_id = completions.activity_id
group by required.enrolment_id
