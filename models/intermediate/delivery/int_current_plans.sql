-- The report of each planned session that counts, unless its series was cancelled.
with

reports as (
    select * from {{ ref('stg_organisation__planned_sessions') }}
),

series_cancellations as (
    select
        series_id,
        max(reported_at) as cancelled_at
    from reports
    where is_series_cancellation
    group by series_id
),

-- A report that states no version has the highest one that was reported by then.
versioned as (
    select
        *,
        coalesce(
            sequence,
            max(sequence) over (
                partition by planned_session_id order by reported_at asc nulls first
            )
        ) as version_no
    from reports
    where not is_series_cancellation
),

-- The current report has the highest version, then the latest change (RFC 5546, 2.1.4),
-- then the greatest content. A replacement counts once it can be read.
ranked as (
    select
        *,
        row_number() over (
            partition by planned_session_id
            order by
                version_no desc nulls last,
                reported_at desc nulls last,
                has_unreadable_replacement asc,
                case when status = 'cancelled' then 1 else 0 end desc,
                series_id desc nulls last,
                join_key desc nulls last,
                title_key desc nulls last,
                time_zone desc nulls last,
                status desc nulls last,
                original_start_at desc nulls last,
                starts_at desc nulls last,
                ends_at desc nulls last
        ) as report_rank,
        rank() over (
            partition by planned_session_id
            order by version_no desc nulls last, reported_at desc nulls last
        ) as version_rank
    from versioned
),

-- A moved event has a higher version or a later change. Reports that differ only in
-- their start are of different events that share an identifier.
events as (
    select
        *,
        row_number() over (
            partition by planned_session_id, original_start_at
            order by report_rank asc
        ) as event_rank
    from ranked
    where
        report_rank = 1
        or (version_rank = 1 and reported_at is not null and starts_at is not null)
),

-- An event that one calendar names by its identifier, and another, where it shares that
-- identifier, by its start as well, is one session.
current_reports as (
    select
        *,
        case
            when report_rank = 1 then planned_session_id
            else {{ row_key(['planned_session_id', 'original_start_at']) }}
        end as session_id,
        row_number() over (
            partition by series_id, original_start_at
            order by
                version_no desc nulls last,
                reported_at desc nulls last,
                report_rank asc,
                planned_session_id asc
        ) as start_rank
    from events
    where event_rank = 1
),

-- The cancellation of a series cancels the sessions that had not begun by then and that
-- no later report plans again.
current_plans as (
    select
        current_reports.*,
        case
            when
                series_cancellations.cancelled_at < current_reports.starts_at
                and series_cancellations.cancelled_at
                >= coalesce(
                    current_reports.reported_at, series_cancellations.cancelled_at
                )
                and coalesce(current_reports.status, 'confirmed') <> 'cancelled'
                then series_cancellations.cancelled_at
        end as series_cancelled_at
    from current_reports
    left join series_cancellations
        on current_reports.series_id = series_cancellations.series_id
    where
        current_reports.start_rank = 1
        or current_reports.series_id is null
        or current_reports.original_start_at is null
)

select
    ---------- ids
    session_id as planned_session_id,
    series_id,
    join_key,
    title_key,
    ---------- strings
    time_zone,
    case when series_cancelled_at is null then status else 'cancelled' end as status,
    ---------- numerics
    sequence,
    ---------- timestamps
    reported_at,
    original_start_at,
    starts_at,
    ends_at,
    series_cancelled_at
from current_plans
