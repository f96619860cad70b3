with

changes as (
    select * from {{ source('xapi', 'changed_statements') }}
),

renamed as (
    select distinct
        load_id,
        statement_id
    from changes
)

select * from renamed
