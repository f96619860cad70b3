-- A live source is known up to what it stored last, else up to the end of its last
-- report, else up to its last event. A source that has ended is known up to its last
-- event.
with

statements as (
    select * from {{ ref('int_current_statements') }}
),

loads as (
    select * from {{ ref('stg_xapi__loads') }}
),

sources as (
    select * from {{ ref('stg_organisation__sources') }}
),

last_statements as (
    select
        source,
        max(stored_at) as last_stored_at,
        max(occurred_at) as last_event_at
    from statements
    group by source
),

reports as (
    select
        source,
        max(report_end_at) as last_report_end_at
    from loads
    group by source
)

select
    reports.source,
    coalesce(sources.is_ended, false) as is_ended,
    case
        when sources.is_ended
            then coalesce(last_statements.last_event_at, reports.last_report_end_at)
        else
            coalesce(
                last_statements.last_stored_at,
                reports.last_report_end_at,
                last_statements.last_event_at
            )
    end as watermark_at
from reports
left join last_statements on reports.source = last_statements.source
left join sources on reports.source = sources.source
