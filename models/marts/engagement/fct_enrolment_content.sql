{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={
        'touched': 'touched_content',
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

with

enrolments as (
    select
        *,
        {{ language_of("nullif(language, 'unknown')") }} as content_language
    from {{ ref('fct_enrolments') }}
    where not is_waived and exclusion_reason is null
    {{ only_touched('touched_content', 'enrolment_id', 'and') }}
),

languages as (
    select * from {{ ref('int_content_languages') }}
),

programmes as (
    select
        programme_id,
        max(content_minutes) as content_minutes,
        max(video_minutes) as video_minutes
    from languages
    group by programme_id
),

described as (
    select
        enrolments.*,
        programmes.content_minutes,
        coalesce(languages.available_minutes, 0) as available_minutes,
        programmes.video_minutes - coalesce(languages.unknown_minutes, 0)
            as judged_video_minutes,
        coalesce(languages.captioned_minutes, 0) as captioned_minutes,
        languages.translation_count,
        languages.current_count
    from enrolments
    inner join programmes on enrolments.programme_id = programmes.programme_id
    left join languages
        on
            enrolments.programme_id = languages.programme_id
            and enrolments.content_language = languages.content_language
    where enrolments.content_language is not null
)

select
    ---------- ids
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    content_language,
    ---------- dates
    enrolled_quarter_date,
    ---------- measures, null where the enrolment is not in the base
    case when content_minutes > 0 then available_minutes end
        as language_availability_numerator,
    case when content_minutes > 0 then content_minutes end
        as language_availability_denominator,
    case when judged_video_minutes > 0 then captioned_minutes end
        as caption_coverage_numerator,
    case when judged_video_minutes > 0 then judged_video_minutes end
        as caption_coverage_denominator,
    case when translation_count > 0 then current_count end
        as translation_currency_numerator,
    case when translation_count > 0 then translation_count end
        as translation_currency_denominator
from described
