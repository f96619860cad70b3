{#- Whether a statement takes back that its activity was completed: a teacher or a changed
    rule did so (`uncompleted`), or the same kind of statement says that it is not complete.
    A statement about an attempt (progressed, suspended, abandoned) takes nothing back. -#}
{% macro takes_back_completion() -%}
    (verb = 'uncompleted' or (is_completion and not coalesce(completion, true)))
{%- endmacro %}


{#- Whether a completion is taken back: a row of the same activity that takes it back is
    of the same moment or later. An undated completion is before every dated row.

    Args:
        takes_back: boolean column.
        key: columns that identify the enrolment and the activity. -#}
{% macro is_taken_back(takes_back, key) -%}
    max(case when {{ takes_back }} then 1 else 0 end) over (
            partition by {{ key | join(', ') }}
            order by occurred_at desc nulls last
        ) = 1
{%- endmacro %}
