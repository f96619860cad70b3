-- Who is excused from a live session: by the organisation, or by an invitation that was
-- declined with a reason.
with

listed as (
    select * from {{ ref('stg_organisation__excused_absences') }}
),

session_references as (
    select * from {{ ref('int_session_references') }}
),

declined as (
    select * from {{ ref('stg_organisation__rsvps') }}
    where response = 'declined' and absence_category is not null
)

select
    session_references.session_id,
    listed.learner_key
from listed
inner join session_references
    on
        listed.cohort_id = session_references.cohort_id
        and listed.session_starts_at = session_references.session_starts_at
union
select
    planned_session_id as session_id,
    learner_key
from declined
