{#- A query of an organisation's own terms, pairs of IRI and term. The seed gives only the
    column types, which matter where the organisation has no terms. -#}
{% macro own_terms(terms, seed, iri_column, word_column) -%}
    select {{ iri_column }}, {{ word_column }} from {{ seed }} where 1 = 0
    {%- for term in terms %}
    union all
    select
        '{{ term[0] | replace("'", "''") }}' as {{ iri_column }},
        '{{ term[1] | replace("'", "''") }}' as {{ word_column }}
    {%- endfor %}
{%- endmacro %}
