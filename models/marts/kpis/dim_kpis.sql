{{ config(
    materialized='incremental',
    unique_key='kpi_id',
) }}

with

kpis as (
    select * from {{ ref('kpis') }}
)

select
    ---------- ids
    kpi_id,
    kpi_code,
    ---------- strings
    kpi_name,
    question,
    numerator_words,
    denominator_words,
    unit,
    direction,
    population_words,
    level,
    evidence,
    modes,
    evaluation_question,
    source_fact,
    numerator_column,
    denominator_column,
    anchor,
    edge_cases,
    misleads_when,
    decision,
    owner_role,
    ---------- numerics
    list_order,
    ---------- dates
    review_date
from kpis
