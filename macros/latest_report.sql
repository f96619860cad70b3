{#- Rank of a report among all reports of the same thing, 1 for the one in force.

    The latest report wins; of reports of the same moment, or of none, the one with
    the greatest content, so that the order of arrival never decides. -#}
{% macro report_rank(key, content) -%}
    row_number() over (
            partition by
                {{ key | join(',\n                ') }}
            order by
                reported_at desc nulls last,
                {{ content | join(' desc nulls last,\n                ') }} desc nulls last
        )
{%- endmacro %}
