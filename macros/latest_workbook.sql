{#- Rows of a query, without those that a person took out of the workbook about
    programmes again. Each landing of the workbook has a row for every key that it lists,
    one that stands for nothing where there is none, so that only those of the last count.

    Args:
        reports: CTE with the columns connector, load_started_at, the key and the value.
        key: what a workbook lists.
        is_something: condition that a row which stands for nothing does not fulfil. -#}
{% macro without_rows_taken_out(reports, key, is_something) -%}
    select * from (
        select
            *,
            max(case when connector = 'programmes' then load_started_at end) over (
                partition by {{ key }}
            ) as last_workbook_at
        from {{ reports }}
    ) as with_last_workbook
    where
        {{ is_something }}
        and (
            coalesce(connector, '') <> 'programmes'
            or load_started_at = last_workbook_at
        )
{%- endmacro %}
