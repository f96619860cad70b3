{{ config(
    materialized='incremental',
    unique_key='programme_id',
) }}

with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where
        not is_excluded
        and not is_withdrawn
        and left_at is null
        and coalesce(status, '') <> 'transferred'
),

programmes as (
    select * from {{ ref('dim_programmes') }}
    where is_mandatory
),

-- A later enrolment takes the place of an earlier one. The certificate that lasts
-- longest counts, whichever enrolment gave it.
of_learners as (
    select
        enrolments.*,
        programmes.as_of,
        row_number() over (
            partition by enrolments.learner_key, enrolments.programme_id
            order by enrolments.episode_no desc
        ) as recency_rank,
        max(enrolments.certificate_expires_at) over (
            partition by enrolments.learner_key, enrolments.programme_id
        ) as covered_until,
        max(
            case
                when
                    enrolments.is_waived
                    or (
                        enrolments.is_completed
                        and enrolments.certificate_expires_at is null
                    )
                    then 1
                else 0
            end
        ) over (
            partition by enrolments.learner_key, enrolments.programme_id
        ) = 1 as is_covered_for_good
    from enrolments
    inner join programmes on enrolments.programme_id = programmes.programme_id
),

-- A learner with an overdue enrolment may also hold a certificate that expires.
banded as (
    select
        learner_key,
        programme_id,
        business_unit,
        case
            when due_at >= {{ add_days('as_of', -7) }} then 'overdue_1_to_7_days'
            when due_at >= {{ add_days('as_of', -30) }} then 'overdue_8_to_30_days'
            when due_at >= {{ add_days('as_of', -90) }} then 'overdue_31_to_90_days'
            else 'overdue_over_90_days'
        end as backlog_band
    from of_learners
    where
        recency_rank = 1
        and not is_waived
        and not is_completed
        and due_at <= as_of
    union all
    select
        learner_key,
        programme_id,
        business_unit,
        case
            when covered_until <= as_of then 'expired'
            when covered_until <= {{ add_days('as_of', 30) }}
                then 'expires_in_30_days'
            else 'expires_in_31_to_90_days'
        end as backlog_band
    from of_learners
    where
        recency_rank = 1
        and not is_covered_for_good
        and covered_until <= {{ add_days('as_of', 90) }}
)

select
    ---------- ids
    programme_id,
    ---------- strings
    business_unit,
    backlog_band,
    ---------- numerics
    cast(count(*) as bigint) as learner_count
from banded
group by programme_id, business_unit, backlog_band
