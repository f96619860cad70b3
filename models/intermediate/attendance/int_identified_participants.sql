-- A participant whom one report of a meeting knows by a display name, and another
-- report, at the same times, by an address or an account. Two such people leave it
-- open.
with

connection_matches as (
    select * from {{ ref('int_connection_matches') }}
),

identified as (
    select
        source,
        canonical_session_id,
        learner_key as display_learner_key,
        original_learner_key as learner_key
    from connection_matches
    where is_display_name and not is_original_display_name
    union
    select
        source,
        canonical_session_id,
        original_learner_key as display_learner_key,
        learner_key
    from connection_matches
    where is_original_display_name and not is_display_name
)

select
    source,
    canonical_session_id,
    display_learner_key,
    min(learner_key) as learner_key
from identified
group by source, canonical_session_id, display_learner_key
having count(*) = 1
