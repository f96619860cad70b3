-- Pairs of reports of one source that began at the same time, within the precision that
-- the coarser of them prints. A spreadsheet that saves a report again keeps minutes
-- only. Where one of them states no start, the first connections are compared.
with

runs as (
    select
        source,
        technical_session_id,
        coalesce(reported_start_at <> first_joined_at, false) as has_start,
        {{ epoch_micros('reported_start_at') }} as started_us,
        {{ epoch_micros('first_joined_at') }} as first_joined_us,
        1000000 * least(greatest(coalesce(precision_seconds, 1), 1), 60)
            as precision_us
    from {{ ref('int_live_run_reports') }}
    where connection_count > 0 and started_at is not null
),

moments as (
    select
        source,
        technical_session_id,
        precision_us,
        has_start,
        'start' as moment,
        started_us as at_us
    from runs
    where started_us is not null
    union all
    select
        source,
        technical_session_id,
        precision_us,
        has_start,
        'first_join' as moment,
        first_joined_us as at_us
    from runs
),

minutes as (
    select
        *,
        {{ whole_number('floor(at_us / 60000000.0)') }} as minute_no
    from moments
),

neighbours as (
    select -1 as offset_minutes
    union all
    select 0 as offset_minutes
    union all
    select 1 as offset_minutes
),

compared as (
    select
        minutes.*,
        minutes.minute_no + neighbours.offset_minutes as compared_minute_no
    from minutes
    cross join neighbours
)

select distinct
    compared.source,
    compared.technical_session_id,
    minutes.technical_session_id as other_session_id
from compared
inner join minutes
    on
        compared.source = minutes.source
        and compared.moment = minutes.moment
        and compared.compared_minute_no = minutes.minute_no
where
    compared.technical_session_id <> minutes.technical_session_id
    and (compared.moment = 'start' or not (compared.has_start and minutes.has_start))
    and abs(compared.at_us - minutes.at_us)
    <= greatest(compared.precision_us, minutes.precision_us)
