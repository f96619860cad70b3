-- Day numbers 0, 1, 2 ... for life tables; four years are longer than any horizon.
{{ config(materialized='table') }}

with

numbers as (
    {{ dbt.generate_series(1461) }}
)

select cast(generated_number - 1 as bigint) as day from numbers
