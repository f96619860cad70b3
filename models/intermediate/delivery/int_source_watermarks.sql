-- Up to when each source is known. A source that has ended can say nothing later
-- than its last event.
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

spoken as (
    select
        source,
        max(stored_at) as last_stored_at,
        max(occurred_at) as last_event_at
    from statements
    group by source
),

covered as (
    select
        source,
        max(report_end_at) as last_report_end_at
    from loads
    group by source
)

select
    covered.source,
    coalesce(sources.is_ended, false) as is_ended,
    case
        when sources.is_ended
            then coalesce(spoken.last_event_at, covered.last_report_end_at)
        else
            coalesce(
                spoken.last_stored_at,
                covered.last_report_end_at,
                spoken.last_event_at
            )
    end as watermark_at
from covered
left join spoken on covered.source = spoken.source
left join sources on covered.source = sources.source
