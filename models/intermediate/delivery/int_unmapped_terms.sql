with

statements as (
    select * from {{ ref('int_current_statements') }}
),

terms as (
    select
        'verbs' as vocabulary,
        verb_id as iri,
        source
    from statements
    where verb = 'other'
    union all
    select
        'activity_types' as vocabulary,
        activity_type as iri,
        source
    from statements
    where activity_kind = 'other'
)

select
    vocabulary,
    iri,
    min(source) as first_source,
    count(*) as statement_count
from terms
group by vocabulary, iri
