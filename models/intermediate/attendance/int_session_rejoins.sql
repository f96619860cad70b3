-- How often a learner lost the connection to a session and was back soon. Two devices
-- at once are no rejoin, because their connections overlap.
with

intervals as (
    select * from {{ ref('int_attendance_intervals_merged') }}
),

followed as (
    select
        session_id,
        learner_key,
        {{ micros_between(
            'left_at',
            'lead(joined_at) over ('
            ~ 'partition by session_id, learner_key order by interval_no asc)'
        ) }} as away_micros
    from intervals
)

select
    session_id,
    learner_key,
    cast(
        sum(
            case
                when
                    away_micros
                    < {{ var('rejoin_gap_minutes') }} * cast(60000000 as bigint)
                    then 1
                else 0
            end
        ) as bigint
    ) as rejoin_count
from followed
group by session_id, learner_key
