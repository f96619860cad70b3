-- Days on which two people of a cohort had contact: in a small group, or by a reply of
-- one to the other. The key that sorts first is learner_a_key.
with

meetings as (
    select * from {{ ref('stg_organisation__peer_groups') }}
),

replies as (
    select * from {{ ref('int_replies') }}
)

select
    meetings.cohort_id,
    meetings.learner_key as learner_a_key,
    others.learner_key as learner_b_key,
    meetings.met_on as contact_date
from meetings
inner join meetings as others
    on
        meetings.cohort_id = others.cohort_id
        and meetings.group_name = others.group_name
        and meetings.met_on = others.met_on
        and meetings.learner_key < others.learner_key
union
select
    cohort_id,
    least(learner_key, replier_key) as learner_a_key,
    greatest(learner_key, replier_key) as learner_b_key,
    cast({{ local_timestamp('replied_at', 'cohort_time_zone') }} as date)
        as contact_date
from replies
