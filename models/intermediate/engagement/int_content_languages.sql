-- How much of a programme's content is in a language.
with

versions as (
    select * from {{ ref('stg_organisation__content') }}
),

originals as (
    select
        *,
        row_number() over (
            partition by programme_id, activity_id
            order by
                case when translation_kind = 'original' then 0 else 1 end asc,
                content_language asc
        ) as original_rank,
        max(minutes) over (partition by programme_id, activity_id) as longest_minutes
    from versions
),

items as (
    select
        programme_id,
        activity_id,
        content_language as original_language,
        translation_kind = 'original' as is_original,
        content_format = 'video' as is_video,
        updated_at as original_updated_at,
        {{ decimal_of('coalesce(minutes, longest_minutes, 0)') }} as item_minutes
    from originals
    where original_rank = 1
),

programmes as (
    select
        programme_id,
        sum(item_minutes) as content_minutes,
        sum(case when is_video then item_minutes else 0 end) as video_minutes
    from items
    group by programme_id
),

described as (
    select
        versions.*,
        items.item_minutes,
        coalesce(items.is_video, false) as is_video,
        versions.has_captions and versions.has_transcript as is_captioned,
        coalesce(items.is_original, false)
        and versions.content_language <> items.original_language
        and versions.updated_at is not null
        and items.original_updated_at is not null as is_dated_translation,
        versions.updated_at >= {{ add_days(
            'items.original_updated_at', '-' ~ var('translation_lag_days')
        ) }} as is_current
    from versions
    inner join items
        on
            versions.programme_id = items.programme_id
            and versions.activity_id = items.activity_id
),

languages as (
    select
        programme_id,
        content_language,
        sum(item_minutes) as available_minutes,
        sum(case when is_video and is_captioned then item_minutes else 0 end)
            as captioned_minutes,
        sum(case when is_video and is_captioned is null then item_minutes else 0 end)
            as unknown_minutes,
        sum(case when is_dated_translation then 1 else 0 end) as translation_count,
        sum(case when is_dated_translation and is_current then 1 else 0 end)
            as current_count
    from described
    group by programme_id, content_language
)

select
    languages.programme_id,
    languages.content_language,
    cast(programmes.content_minutes as double) as content_minutes,
    cast(programmes.video_minutes as double) as video_minutes,
    cast(languages.available_minutes as double) as available_minutes,
    cast(languages.captioned_minutes as double) as captioned_minutes,
    cast(languages.unknown_minutes as double) as unknown_minutes,
    cast(languages.translation_count as bigint) as translation_count,
    cast(languages.current_count as bigint) as current_count
from languages
inner join programmes on languages.programme_id = programmes.programme_id
