-- Enrolments of the roster and enrolments that only statements report, each once. The
-- roster's dates count; matched statements fill its gaps.
with

entries as (
    select * from {{ ref('int_enrolment_roster_entries') }}
),

intervals as (
    select * from {{ ref('int_enrolment_intervals') }}
),

matches as (
    select * from {{ ref('int_enrolment_matches') }}
),

matched_dates as (
    select
        entry_key,
        min(registered_at) as registered_at,
        max(unregistered_at) as unregistered_at,
        max(case when is_unregistered then 1 else 0 end) = 1 as is_unregistered
    from matches
    group by entry_key
),

from_roster as (
    select
        entries.entry_key as enrolment_id,
        entries.learner_key,
        entries.programme_id,
        entries.cohort_id,
        entries.registration,
        entries.period_key,
        entries.segment,
        entries.business_unit,
        entries.region,
        entries.language,
        entries.tenure_band,
        entries.prior_completion_band,
        entries.previous_attempts,
        entries.studied_credits,
        entries.is_waived,
        coalesce(
            entries.is_withdrawn,
            case when entries.withdrawn_at is not null then true end,
            matched_dates.is_unregistered,
            false
        ) as is_withdrawn,
        coalesce(entries.enrolled_at, matched_dates.registered_at) as enrolled_at,
        coalesce(entries.withdrawn_at, matched_dates.unregistered_at) as withdrawn_at,
        entries.due_at
    from entries
    left join matched_dates on entries.entry_key = matched_dates.entry_key
),

from_statements as (
    select
        intervals.interval_key as enrolment_id,
        intervals.learner_key,
        intervals.programme_id,
        intervals.cohort_id,
        intervals.registration,
        cast(null as {{ dbt.type_string() }}) as period_key,
        cast(null as {{ dbt.type_string() }}) as segment,
        cast(null as {{ dbt.type_string() }}) as business_unit,
        cast(null as {{ dbt.type_string() }}) as region,
        cast(null as {{ dbt.type_string() }}) as language,
        cast(null as {{ dbt.type_string() }}) as tenure_band,
        cast(null as {{ dbt.type_string() }}) as prior_completion_band,
        cast(null as bigint) as previous_attempts,
        cast(null as double) as studied_credits,
        false as is_waived,
        intervals.is_unregistered as is_withdrawn,
        intervals.registered_at as enrolled_at,
        intervals.unregistered_at as withdrawn_at,
        cast(null as timestamp) as due_at
    from intervals
    left join matches on intervals.interval_key = matches.interval_key
    where matches.interval_key is null
)

select * from from_roster
union all
select * from from_statements
