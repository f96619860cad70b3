{#- Whether a person's learning in a programme may be analysed: not where its legal basis
    is none, only with the person's consent where the basis is consent, else always. -#}
{% macro may_be_analysed(legal_basis, is_given) -%}
    case
        when {{ legal_basis }} = 'none' then false
        when {{ legal_basis }} = 'consent' then coalesce({{ is_given }}, false)
        else true
    end
{%- endmacro %}
