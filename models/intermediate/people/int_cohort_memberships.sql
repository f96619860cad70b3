-- From which delivery of a roster to which a person was a member of a cohort.
with

observations as (
    select * from {{ ref('int_cohort_membership_observations') }}
),

compared as (
    select
        *,
        lag(is_member) over (
            partition by source, cohort_id, role, learner_key
            order by delivered_at asc, is_member asc
        ) as was_member
    from observations
),

changes as (
    select
        *,
        lead(delivered_at) over (
            partition by source, cohort_id, role, learner_key
            order by delivered_at asc, is_member asc
        ) as next_change_at
    from compared
    where was_member is null or was_member <> is_member
)

select
    ---------- ids
    source,
    cohort_id,
    learner_key,
    ---------- strings
    role,
    ---------- timestamps
    delivered_at as member_from,
    next_change_at as member_until
from changes
where is_member
