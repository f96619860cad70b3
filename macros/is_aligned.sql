{#- Whether a delivery mode is one that the reference list accepts: a blended programme has
    the live part that a live reference asks for; any other reference is met by itself. -#}
{% macro is_aligned(delivery_mode, reference_mode) -%}
    ({{ delivery_mode }} = {{ reference_mode }}
    or ({{ reference_mode }} = 'sync' and {{ delivery_mode }} = 'hybrid'))
{%- endmacro %}
