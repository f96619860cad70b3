with

statements as (
    select * from {{ source('xapi', 'statements') }}
),

loads as (
    select load_id from {{ source('xapi', 'loads') }}
),

committed as (
    select statements.*
    from statements
    inner join loads on statements.load_id = loads.load_id
),

-- Few ids have more than one body, and only those need ranking.
repeated_ids as (
    select statement_id
    from committed
    group by statement_id
    having count(*) > 1
),

single_bodies as (
    select
        committed.*,
        committed.stored_at as first_stored_at,
        1 as body_rank
    from committed
    left join repeated_ids
        on committed.statement_id = repeated_ids.statement_id
    where repeated_ids.statement_id is null
),

several_bodies as (
    select
        committed.*,
        min(committed.stored_at) over (
            partition by committed.statement_id, committed.content_hash
        ) as first_stored_at
    from committed
    inner join repeated_ids
        on committed.statement_id = repeated_ids.statement_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by statement_id
            order by
                first_stored_at asc nulls last,
                content_hash asc,
                text_hash asc,
                load_id asc
        ) as body_rank
    from several_bodies
),

first_bodies as (
    select * from single_bodies
    union all
    select * from ranked
    where body_rank = 1
)

select * from first_bodies
