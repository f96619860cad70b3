"""The SQL of the profiles: counts, null shares and rates over the warehouse."""

# One row per source that has sent statements. The silence of a source is the time from
# its last event to the newest evidence of any source. Its usual gap is the 95th
# percentile of the gaps between its active days. Times after their own landing are
# counted and not used as evidence of the current time.
SOURCES = """
with statements as (
    select
        statements.source,
        statements.occurred_at,
        statements.occurred_at > loads.committed_at as is_future,
    from raw.statements as statements
    inner join raw.loads as loads using (load_id)
),

clock as (
    select greatest(
        (select max(occurred_at) from statements where not is_future),
        (select max(report_end_at) from raw.loads where report_end_at <= committed_at)
    ) as evidence_at
),

active_days as (
    select distinct source, cast(occurred_at as date) as active_date
    from statements
    where occurred_at is not null and not is_future
),

gaps as (
    select
        source,
        active_date - lag(active_date) over (
            partition by source order by active_date
        ) as gap_days,
    from active_days
),

rhythms as (
    select
        source,
        count(*) as active_day_count,
        greatest(
            quantile_cont(gap_days, 0.95), $silence_floor_days
        ) as usual_gap_days,
    from gaps
    group by source
),

sources as (
    select * from marts.dim_sources
),

sent as (
    select
        source,
        count(*) as statement_count,
        count(*) filter (where occurred_at is null) as undated_count,
        count(*) filter (where is_future) as future_count,
        max(occurred_at) filter (where not is_future) as last_event_at,
    from statements
    group by source
)

select
    sent.source,
    sent.statement_count,
    sent.undated_count / sent.statement_count as undated_share,
    sent.future_count / sent.statement_count as future_share,
    sources.rejected_count / nullif(sources.read_count, 0) as rejected_share,
    (sources.actor_count - sources.matched_count) / nullif(sources.actor_count, 0)
        as unmatched_share,
    sent.last_event_at,
    coalesce(sources.is_ended, false) as is_ended,
    rhythms.usual_gap_days,
    case
        when coalesce(sources.is_ended, false) then null
        when rhythms.active_day_count < $silence_active_days then null
        else date_diff('day', sent.last_event_at, clock.evidence_at)
    end as silent_days,
    case
        when coalesce(sources.is_ended, false) then null
        when rhythms.active_day_count < $silence_active_days then null
        else date_diff('day', sent.last_event_at, clock.evidence_at)
            / rhythms.usual_gap_days
    end as silent_gaps,
from sent
cross join clock
left join rhythms using (source)
left join sources using (source)
"""

# One row per source of live sessions. Sessions overlap if they took place in one room,
# or under one title, for longer than a room needs to change hands.
SESSIONS = """
with reports as (
    select
        source,
        session_id,
        join_key,
        title_key,
        started_at,
        coalesce(ended_at, started_at) as ended_at,
    from marts.fct_session_reports
    where
        report_kind in ('run', 'restart')
        and connection_count > 0
        and started_at is not null
),

keys as (
    select source, session_id, 'room' as kind, join_key as key, started_at, ended_at
    from reports
    where join_key is not null
    union all
    select source, session_id, 'title' as kind, title_key as key, started_at, ended_at
    from reports
    where title_key is not null
),

overlapping as (
    select distinct keys.source, keys.session_id
    from keys
    inner join keys as others using (kind, key)
    where
        keys.session_id <> others.session_id
        and date_diff(
            'microsecond',
            greatest(keys.started_at, others.started_at),
            least(keys.ended_at, others.ended_at)
        ) > 1000000 * $room_handover_seconds
)

select
    reports.source,
    count(distinct reports.session_id) as session_count,
    count(distinct overlapping.session_id) / count(distinct reports.session_id)
        as overlapping_session_share,
from reports
left join overlapping using (source, session_id)
group by reports.source
"""

# One row per delivery mode that any cohort has. An enrolment that no list dates counts
# from the day on which its cohort begins, so that day dates it.
MODES = """
select
    delivery_mode,
    count(distinct cohort_id) as cohort_count,
    count(*) as enrolment_count,
    count(*) filter (where coalesce(clock_started_at, enrolled_at) is null) / count(*)
        as undated_share,
from marts.fct_enrolments
group by delivery_mode
"""

# One row per watched KPI x delivery mode (and `all`) x fiscal quarter.
RATES = """
select
    kpi_id,
    coalesce(delivery_mode, 'all') as delivery_mode,
    period_start_date,
    sum(numerator) as numerator,
    sum(denominator) as denominator,
    sum(numerator) / nullif(sum(denominator), 0) as rate,
from marts.fct_kpis
inner join seeds.kpis using (kpi_id)
where kpis.is_watched and period_start_date is not null
group by grouping sets (
    (kpi_id, period_start_date), (kpi_id, delivery_mode, period_start_date)
)
"""

# One row per kind of record that is incomplete, contradictory or repeated. The share of
# those that no reader should bring is checked; the others are reported.
RECORDS = """
select
    finding,
    record_count,
    total_count,
    case
        when finding in (
            'withdrawn_undated', 'withdrawal_of_others', 'enrolment_undated'
        ) then record_share
    end as limited_share,
from marts.fct_record_findings
"""

# One row per KPI that has any evidence.
KPIS = """
select kpi_id, sum(denominator) as denominator, count(*) as row_count
from marts.fct_kpis
group by kpi_id
"""
