-- What a learner did in the days after feedback: a learning event or a live session.
with

submissions as (
    select * from {{ ref('int_submissions') }}
    where is_handed_in and feedback_at is not null
    {{ only_touched('touched_feedback', 'enrolment_id', 'and') }}
),

learning as (
    select
        enrolment_id,
        occurred_at
    from {{ ref('int_learning_events') }}
    where is_learner_initiated
    {{ only_touched('touched_feedback', 'enrolment_id', 'and') }}
    union all
    select
        enrolment_id,
        first_joined_at as occurred_at
    from {{ ref('fct_session_attendances') }}
    where attended_seconds > 0
    {{ only_touched('touched_feedback', 'enrolment_id', 'and') }}
)

select distinct
    submissions.enrolment_id,
    submissions.activity_id
from submissions
inner join learning
    on
        submissions.enrolment_id = learning.enrolment_id
        and submissions.feedback_at < learning.occurred_at
        and learning.occurred_at
        <= {{ add_days('submissions.feedback_at', var('momentum_days')) }}
