{#- Rank of a report among all reports of the same thing, 1 for the current one.

    The latest report comes first. Of reports of the same moment, or without one, the one
    with the greatest content comes first, so that the order of arrival never decides. -#}
{% macro report_rank(key, content) -%}
    row_number() over (
            partition by
                {{ key | join(',\n                ') }}
            order by
                reported_at desc nulls last,
                {{ content | join(' desc nulls last,\n                ') }} desc nulls last
        )
{%- endmacro %}
