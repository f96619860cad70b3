{#- Limits of the 95 % interval of a rate after Wilson (1927): x of n. Null where n is 0.

    (x + z^2 / 2 -+ z sqrt(x (n - x) / n + z^2 / 4)) / (n + z^2)

    It stays within 0 and 1, also where x is 0 or n. -#}
{% macro wilson_low(x, n) -%}
    case when {{ n }} > 0 then greatest({{ wilson_limit(x, n, '-') }}, 0.0) end
{%- endmacro %}

{% macro wilson_high(x, n) -%}
    case when {{ n }} > 0 then least({{ wilson_limit(x, n, '+') }}, 1.0) end
{%- endmacro %}

{% macro wilson_limit(x, n, sign) -%}
    {%- set z = z_of_95_percent() | float -%}
    ({{ x }} + {{ z * z / 2 }} {{ sign }} {{ z }} * sqrt(
        cast({{ x }} as double) * ({{ n }} - {{ x }}) / {{ n }} + {{ z * z / 4 }}
    )) / ({{ n }} + {{ z * z }})
{%- endmacro %}

{#- The 97.5 % quantile of the standard normal distribution. -#}
{% macro z_of_95_percent() -%}
    1.959963984540054
{%- endmacro %}
