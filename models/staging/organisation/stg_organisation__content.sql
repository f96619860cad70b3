{{ config(
    materialized='incremental',
    unique_key='activity_id',
    meta={'hands_on': ['programme_id']},
) }}

with

committed as (
    {{ committed_reports('content') }}
),

ranked as (
    select
        *,
        {{ language_of('language') }} as content_language,
        {{ report_rank(
            key=[
                'activity_id',
                'programme_id',
                language_of('language'),
            ],
            content=[
                'translation_kind',
                'content_format',
                'minutes',
                'updated_at',
                'has_captions',
                'has_transcript',
                'is_mobile_ready',
                'is_offline_ready',
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        activity_id,
        programme_id,
        ---------- strings
        content_language,
        translation_kind,
        lower(content_format) as content_format,
        ---------- numerics
        minutes,
        ---------- booleans
        has_captions,
        has_transcript,
        is_mobile_ready,
        is_offline_ready,
        ---------- timestamps
        updated_at
    from ranked
    where report_rank = 1
)

select * from renamed
