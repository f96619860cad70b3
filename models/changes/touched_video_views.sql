-- Enrolments whose views of videos are computed anew: also those of a video whose
-- length changed.
{{ config(meta={'key': 'enrolment_id'}) }}

with

changed_lengths as (
    select * from {{ changes_of('int_video_lengths') }}
),

views_before as (
    select * from {{ previous('fct_video_views') }}
)

select enrolment_id from {{ ref('touched_enrolments') }}
union
select views_before.enrolment_id
from views_before
inner join changed_lengths on views_before.activity_id = changed_lengths.activity_id
