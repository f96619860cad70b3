-- Reference material is opened again and again, and people post more than once, so that
-- each use counts.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_enrolments'},
) }}

with

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
    where
        role in ('reference', 'community')
        and is_learner_initiated
        and occurred_at is not null
    {{ only_touched('touched_enrolments', 'enrolment_id', 'and') }}
)

select
    enrolment_id,
    object_id as activity_id,
    role,
    occurred_at as used_at,
    -- Reading what others wrote is no post.
    max(
        case
            when
                verb in (
                    'asked', 'answered', 'commented', 'created', 'posted', 'replied',
                    'responded', 'reviewed', 'shared', 'submitted', 'voted'
                )
                then 1
            else 0
        end
    ) = 1 as is_contribution
from statements
group by enrolment_id, object_id, role, occurred_at
