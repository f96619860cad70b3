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

-- Few ids come with more than one body; only those need to be put in order.
contested as (
    select statement_id
    from committed
    group by statement_id
    having count(*) > 1
),

alone as (
    select
        committed.*,
        committed.stored_at as first_stored_at,
        1 as body_rank
    from committed
    left join contested on committed.statement_id = contested.statement_id
    where contested.statement_id is null
),

rivals as (
    select
        committed.*,
        min(committed.stored_at) over (
            partition by committed.statement_id, committed.content_hash
        ) as first_stored_at
    from committed
    inner join contested on committed.statement_id = contested.statement_id
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
    from rivals
),

first_bodies as (
    select * from alone
    union all
    select * from ranked
    where body_rank = 1
)

select * from first_bodies
