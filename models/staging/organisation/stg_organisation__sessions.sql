-- A row of an earlier version has no type: its key is compared as one of each type.
with

committed as (
    {{ committed_reports('sessions') }}
),

key_types as (
    select 'meeting' as key_type
    union all
    select 'title' as key_type
    union all
    select 'series' as key_type
    union all
    select 'session' as key_type
),

typed as (
    select
        key_types.key_type,
        committed.join_key,
        committed.reported_at,
        committed.cohort_id,
        committed.policy,
        committed.phase_no,
        case
            when committed.key_type is null then committed.join_key
            else committed.untyped_cell
        end as untyped_cell
    from committed
    inner join key_types
        on coalesce(committed.key_type, key_types.key_type) = key_types.key_type
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'key_type',
                'join_key',
            ],
            content=[
                'cohort_id',
                'policy',
                'phase_no',
                'untyped_cell',
            ]
        ) }} as report_rank
    from typed
),

renamed as (
    select
        ---------- ids
        join_key,
        untyped_cell,
        cohort_id,
        ---------- strings
        key_type,
        policy,
        ---------- numerics
        phase_no
    from ranked
    -- An empty cohort takes a meeting out again.
    where report_rank = 1 and cohort_id <> ''
)

select * from renamed
