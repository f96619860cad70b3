-- Final practical tasks that people rated by a rubric: whether the mean of the ratings
-- meets the standard.
with

ratings as (
    select * from {{ ref('stg_organisation__ratings') }}
    where coalesce(rater_kind, 'person') = 'person' and standard is not null
),

finals as (
    select * from {{ ref('stg_organisation__assessments') }}
    where kind = 'final'
),

of_finals as (
    select ratings.*
    from ratings
    inner join finals
        on
            ratings.activity_id = finals.activity_id
            and ratings.programme_id = finals.programme_id
),

of_enrolments as (
    {{ with_enrolments(
        'of_finals', key=['activity_id', 'rater_no'], moment='of_finals.rated_at'
    ) }}
),

by_task as (
    select
        enrolment_id,
        activity_id,
        max(rated_at) as rated_at,
        sum({{ decimal_of('score') }}) as score_sum,
        count(*) as rating_count,
        max(standard) as standard
    from of_enrolments
    group by enrolment_id, activity_id
),

ranked as (
    select
        enrolment_id,
        cast(score_sum as double) / cast(rating_count as double) >= standard
            as is_proficient,
        row_number() over (
            partition by enrolment_id
            order by rated_at desc nulls last, activity_id asc
        ) as recency_rank
    from by_task
)

select
    enrolment_id,
    is_proficient
from ranked
where recency_rank = 1
