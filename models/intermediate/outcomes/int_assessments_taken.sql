-- Assessments that a learner took: with a result, with a rating by a rubric, or looked
-- into, since a review is of something that was taken.
with

ratings as (
    select * from {{ ref('stg_organisation__ratings') }}
),

of_ratings as (
    {{ with_enrolments(
        'ratings', key=['activity_id', 'rater_no'], moment='ratings.rated_at'
    ) }}
),

reviews as (
    select * from {{ ref('stg_organisation__integrity_reviews') }}
),

of_reviews as (
    {{ with_enrolments(
        'reviews', key=['activity_id', 'reviewed_at'], moment='reviews.reviewed_at'
    ) }}
),

results as (
    select
        enrolment_id,
        activity_id,
        attempted_at as taken_at,
        false as is_upheld
    from {{ ref('int_assessment_attempts') }}
    union all
    select
        enrolment_id,
        activity_id,
        rated_at as taken_at,
        false as is_upheld
    from of_ratings
    union all
    select
        enrolment_id,
        activity_id,
        cast(null as timestamp) as taken_at,
        is_upheld
    from of_reviews
)

select
    enrolment_id,
    activity_id,
    min(taken_at) as taken_at,
    max(case when is_upheld then 1 else 0 end) = 1 as is_upheld
from results
group by enrolment_id, activity_id
