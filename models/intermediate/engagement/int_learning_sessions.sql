{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_enrolments'},
) }}

with

events as (
    select * from {{ ref('int_learning_events') }}
    {{ only_touched('touched_enrolments', 'enrolment_id') }}
)

select
    enrolment_id,
    learning_session_no,
    min(occurred_at) as first_event_at,
    max(occurred_at) as last_event_at,
    cast(sum(case when is_learner_initiated then 1 else 0 end) as bigint)
        as event_count,
    cast(sum(case when is_learner_initiated and is_offline then 1 else 0 end) as bigint)
        as offline_event_count,
    cast(
        sum(
            case when is_learner_initiated and is_offline is not null then 1 else 0 end
        ) as bigint
    ) as stored_event_count,
    cast(sum(interaction_count) as bigint) as interaction_count,
    -- Of one moment without a duration it is not known how long it took.
    cast(nullif(sum(added_micros), 0) as bigint) as active_micros,
    cast(sum(excess_micros) as bigint) as excess_micros
from events
group by enrolment_id, learning_session_no
