-- The current body of each statement. Where landing keeps one body an id, no choice is
-- left to make here. What a Tandem computed from other statements and wrote out is no
-- evidence of its own: those others are.
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
    where not coalesce(statements.is_derived, false)
),

current_bodies as (
    {{ current_bodies('committed') }}
)

select * from current_bodies
