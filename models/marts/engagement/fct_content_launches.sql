{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={
        'touched': 'touched_content',
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

{%- set content = 'partition by enrolment_id, object_id' %}
{%- set in_order = 'order by occurred_at asc, verb_rank asc, statement_id asc' %}

with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where exclusion_reason is null
),

-- Looking through content as a tutor or before enrolling is no launch.
statements as (
    select
        statement_id,
        enrolment_id,
        object_id,
        verb,
        device_kind,
        occurred_at,
        verb = 'passed'
        or coalesce(completion, is_completion) as is_completed,
        case verb when 'launched' then 0 when 'initialized' then 1 else 2 end
            as verb_rank
    from {{ ref('int_statements_bound_to_enrolments') }}
    where
        role <> 'programme'
        and occurred_at is not null
        and not is_banked
        and coalesce(launch_mode, 'Normal') = 'Normal'
        and (
            verb in ('launched', 'initialized', 'passed')
            or is_completion
            or completion
            or device_kind is not null
        )
    {{ only_touched('touched_content', 'enrolment_id', 'and') }}
),

opened as (
    select
        *,
        case
            when verb = 'launched' then 1
            when
                verb = 'initialized'
                and coalesce(lag(verb) over ({{ content }} {{ in_order }}), '')
                <> 'launched'
                then 1
            else 0
        end as is_opening
    from statements
),

numbered as (
    select
        *,
        sum(is_opening) over (
            {{ content }} {{ in_order }}
            rows between unbounded preceding and current row
        ) as launch_no
    from opened
),

launches as (
    select
        enrolment_id,
        object_id,
        launch_no,
        min(occurred_at) as launched_at,
        max(device_kind) as device_kind,
        max(case when is_completed then 1 else 0 end) = 1 as is_completed
    from numbered
    where launch_no > 0
    group by enrolment_id, object_id, launch_no
)

select
    ---------- ids
    launches.enrolment_id,
    enrolments.learner_key,
    enrolments.programme_id,
    enrolments.cohort_id,
    launches.object_id as activity_id,
    ---------- strings
    enrolments.delivery_mode,
    enrolments.outcome_category,
    enrolments.business_unit,
    enrolments.region,
    launches.device_kind,
    ---------- numerics
    cast(launches.launch_no as bigint) as launch_no,
    ---------- booleans
    launches.is_completed,
    ---------- dates
    {{ fiscal_quarter_start('launches.launched_at') }} as launched_quarter_date,
    ---------- timestamps
    launches.launched_at,
    ---------- measures
    {{ measure('phone_completion_rate', "launches.device_kind = 'phone'",
               'launches.is_completed') }}
from launches
inner join enrolments on launches.enrolment_id = enrolments.enrolment_id
where launches.device_kind is not null
