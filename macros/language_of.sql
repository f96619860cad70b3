{#- The language of a language tag without its region or script: pt of pt-BR, in lower
    case. People and content name the same language with different regions. -#}
{% macro language_of(tag) -%}
    nullif(regexp_replace(lower(trim({{ tag }})), '[-_].*$', ''), '')
{%- endmacro %}
