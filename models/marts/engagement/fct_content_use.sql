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
        enrolments.*,
        {{ language_of("nullif(enrolments.language, 'unknown')") }}
            as preferred_language,
        learners.time_zone
    from {{ ref('fct_enrolments') }} as enrolments
    inner join {{ ref('dim_learners') }} as learners
        on enrolments.learner_key = learners.learner_key
    where enrolments.exclusion_reason is null
    {{ only_touched('touched_content', 'enrolments.enrolment_id', 'and') }}
),

uses as (
    select * from {{ ref('int_content_uses') }}
),

timed as (
    select
        enrolments.enrolment_id,
        enrolments.preferred_language,
        uses.content_language,
        uses.translation_kind,
        uses.device_kind,
        uses.added_micros,
        {{ fiscal_quarter_start('uses.occurred_at') }} as used_quarter_date,
        {{ epoch_micros(local_timestamp(
            'uses.occurred_at', 'enrolments.time_zone'
        )) }} % 86400000000 as day_micros
    from uses
    inner join enrolments on uses.enrolment_id = enrolments.enrolment_id
),

-- Learning that crosses midnight may have begun in the evening of the day before.
commuted as (
    select
        *,
        {{ micros_within(7, 10) }}
        + {{ micros_within(17, 21) }}
        + {{ micros_within(-7, -3) }} as commute_micros
    from timed
),

summed as (
    select
        enrolment_id,
        content_language,
        translation_kind,
        device_kind,
        used_quarter_date,
        max(preferred_language) as preferred_language,
        cast(sum(added_micros) as bigint) as use_micros,
        cast(sum(commute_micros) as bigint) as commute_micros
    from commuted
    group by
        enrolment_id,
        content_language,
        translation_kind,
        device_kind,
        used_quarter_date
),

judged as (
    select
        *,
        {{ hours_of_micros('use_micros') }} as use_hours,
        {{ hours_of_micros('commute_micros') }} as commute_hours,
        preferred_language is not null and content_language is not null
            as is_language_known,
        coalesce(translation_kind in ('human', 'machine', 'reviewed'), false)
            as is_translated,
        coalesce(device_kind <> 'unknown', false) as is_device_known
    from summed
)

select
    ---------- ids
    judged.enrolment_id,
    enrolments.learner_key,
    enrolments.programme_id,
    enrolments.cohort_id,
    ---------- strings
    enrolments.delivery_mode,
    enrolments.outcome_category,
    enrolments.business_unit,
    enrolments.region,
    judged.content_language,
    judged.translation_kind,
    judged.device_kind,
    ---------- numerics
    judged.use_hours,
    ---------- dates
    judged.used_quarter_date,
    ---------- measures, null where the time is not in the base
    case
        when judged.is_language_known
            then
                case
                    when judged.content_language = judged.preferred_language
                        then judged.use_hours
                    else 0
                end
    end as served_in_preferred_numerator,
    case when judged.is_language_known then judged.use_hours end
        as served_in_preferred_denominator,
    case
        when judged.is_translated
            then
                case
                    when judged.translation_kind = 'machine' then 0
                    else judged.use_hours
                end
    end as human_translation_share_numerator,
    case when judged.is_translated then judged.use_hours end
        as human_translation_share_denominator,
    case
        when judged.is_device_known
            then case when judged.device_kind = 'phone' then judged.use_hours else 0 end
    end as phone_minutes_share_numerator,
    case when judged.is_device_known then judged.use_hours end
        as phone_minutes_share_denominator,
    case when judged.device_kind is not null then judged.commute_hours end
        as commute_time_share_numerator,
    case when judged.device_kind is not null then judged.use_hours end
        as commute_time_share_denominator
from judged
inner join enrolments on judged.enrolment_id = enrolments.enrolment_id
