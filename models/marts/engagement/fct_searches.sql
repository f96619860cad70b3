{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

with

searches as (
    select
        *,
        row_number() over (
            partition by enrolment_id
            order by
                searched_at asc, opened_at asc nulls last, result_count asc nulls last
        ) as search_no,
        lead(searched_at) over (
            partition by enrolment_id
            order by
                searched_at asc, opened_at asc nulls last, result_count asc nulls last
        ) as searched_again_at
    from {{ ref('int_searches') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where exclusion_reason is null
),

described as (
    select
        searches.*,
        enrolments.learner_key,
        enrolments.programme_id,
        enrolments.cohort_id,
        enrolments.delivery_mode,
        enrolments.outcome_category,
        enrolments.business_unit,
        enrolments.region,
        coalesce(
            {{ micros_between('searches.searched_at', 'searches.opened_at') }}
            <= 1000000.0 * {{ var('search_open_seconds') }},
            false
        ) as is_opened,
        coalesce(
            {{ micros_between('searches.searched_at', 'searches.searched_again_at') }}
            <= 60000000.0 * {{ var('search_again_minutes') }},
            false
        ) as is_repeated
    from searches
    inner join enrolments on searches.enrolment_id = enrolments.enrolment_id
)

select
    ---------- ids
    enrolment_id,
    cast(search_no as bigint) as search_no,
    learner_key,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    ---------- numerics
    result_count,
    {{ seconds_of_micros('dwell_micros') }} as dwell_seconds,
    ---------- dates
    {{ fiscal_quarter_start('searched_at') }} as searched_quarter_date,
    ---------- timestamps
    searched_at,
    opened_at,
    ---------- measures, null where the search is not in the base
    {{ measure('search_success',
               'not is_opened or is_repeated or dwell_micros is not null',
               'is_opened and not is_repeated and dwell_micros >= 1000000.0 * '
               ~ var('search_dwell_seconds')) }},
    {{ measure('zero_result_rate', 'result_count is not null', 'result_count = 0') }}
from described
