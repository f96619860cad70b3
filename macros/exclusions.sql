{#- Who is left out of every KPI: int_exclusions lists the people, the days and why. -#}

{#- Of several reasons that hold at once, the one that is stated: a test account, then a
    special group, then a long leave. They sort that way from the end of the alphabet. -#}
{% macro main_exclusion_reason(reason) -%}
    max({{ reason }})
{%- endmacro %}

{#- Why an enrolment is excluded, by its terms and its outcome; null where it is not. A
    long leave does not undo what was finished before it began. -#}
{% macro exclusion_reason(terms, outcomes) -%}
    case
        when
            {{ terms }}.exclusion_reason = 'long_leave'
            and {{ outcomes }}.status = 'completed'
            and {{ outcomes }}.finished_at < {{ terms }}.on_leave_from
            then null
        else {{ terms }}.exclusion_reason
    end
{%- endmacro %}
