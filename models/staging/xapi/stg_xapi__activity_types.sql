with

seed as (
    select * from {{ ref('activity_types') }}
),

own as (
    {{ own_terms(
        var('own_activity_types'), 'seed', 'activity_type_iri', 'activity_kind'
    ) }}
),

listed as (
    select
        seed.activity_type_iri,
        seed.activity_kind
    from seed
    left join own on seed.activity_type_iri = own.activity_type_iri
    where own.activity_type_iri is null
    union all
    select
        activity_type_iri,
        activity_kind
    from own
)

select * from listed
