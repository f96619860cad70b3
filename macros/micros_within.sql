{#- Microseconds of learning between two hours of the day on which it ended, by the columns
    day_micros (when it ended, since midnight) and added_micros (how long it took).
    Negative hours are those before that midnight. -#}
{% macro micros_within(from_hour, to_hour) -%}
    greatest(
        least(day_micros, {{ to_hour }} * cast(3600000000 as bigint))
        - greatest(
            day_micros - added_micros, {{ from_hour }} * cast(3600000000 as bigint)
        ),
        0
    )
{%- endmacro %}
