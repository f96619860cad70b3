-- Who hosts a run, as its statements name the instructor.
with

host_accounts as (
    select
        source,
        technical_session_id,
        instructor_key
    from {{ ref('int_live_statements') }}
    where technical_session_id is not null and instructor_key is not null
),

hosts as (
    {{ with_learners('host_accounts', account='instructor_key') }}
)

select distinct
    source,
    technical_session_id,
    learner_key
from hosts
