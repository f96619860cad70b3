{#- A query of an organisation's own terms, pairs of IRI and word. No row of the seed is in
    it: it lends its types where there are no terms. -#}
{% macro own_terms(terms, seed, iri_column, word_column) -%}
    select {{ iri_column }}, {{ word_column }} from {{ seed }} where 1 = 0
    {%- for term in terms %}
    union all
    select
        '{{ term[0] | replace("'", "''") }}' as {{ iri_column }},
        '{{ term[1] | replace("'", "''") }}' as {{ word_column }}
    {%- endfor %}
{%- endmacro %}
