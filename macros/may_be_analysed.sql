{# Whether a person's learning in a programme has a legal basis: none where the programme
   says so, the person's own yes where the basis is consent, given otherwise. #}
{% macro may_be_analysed(legal_basis, is_given) -%}
    case
        when {{ legal_basis }} = 'none' then false
        when {{ legal_basis }} = 'consent' then coalesce({{ is_given }}, false)
        else true
    end
{%- endmacro %}
