with

printed_names as (
    select * from {{ source('xapi', 'printed_names') }}
),

of_learners as (
    {{ with_learners('printed_names') }}
)

select
    ---------- ids
    learner_key,
    name_key,
    ---------- booleans
    min(case when is_display_name then 1 else 0 end) = 1 as is_display_name
from of_learners
group by learner_key, name_key
