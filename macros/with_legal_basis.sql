{#- All rows of a query without those whose learning in their programme has no legal basis.
    The query has the columns programme_id and learner_key; a row without a programme
    stays. The macro writes a whole query, to be the body of a CTE. -#}
{% macro with_legal_basis(rows) -%}
    select {{ rows }}.*
    from {{ rows }}
    left join {{ ref('stg_organisation__programmes') }} as programmes
        on {{ rows }}.programme_id = programmes.programme_id
    left join {{ ref('stg_organisation__consents') }} as consents
        on
            {{ rows }}.programme_id = consents.programme_id
            and {{ rows }}.learner_key = consents.learner_key
    where {{ may_be_analysed('programmes.legal_basis', 'consents.is_given') }}
{%- endmacro %}
