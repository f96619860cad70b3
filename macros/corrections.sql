{#- Labels that people corrected in the journal, over those that a table reports.

    A correction is a report of one label. It counts unless the organisation's own table
    changed that label on a later day. A table that only repeats what it said before the
    correction does not undo it, and neither does a table without a day, or a roster. -#}

{#- CTEs: `corrections`, and of each key when the organisation's table last changed each
    label, as `<label>_changed_at`; null where no report of the table has a day.

    `reports` has reported_at, roster_rank and report_rank. -#}
{% macro label_changes(reports, key, labels) -%}
corrections as (
    select * from {{ ref('stg_organisation__corrections') }}
),

reports_in_order as (
    select
        {{ key }},
        {%- for label in labels %}
        case
            when
                coalesce({{ label }}, '') <> coalesce(lag({{ label }}) over (
                    partition by {{ key }} order by report_rank desc
                ), '')
                then reported_at
        end as {{ label }}_changed_at{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ reports }}
    where roster_rank = 0
),

label_changes as (
    select
        {{ key }},
        {%- for label in labels %}
        max({{ label }}_changed_at) as {{ label }}_changed_at{{ ',' if not loop.last }}
        {%- endfor %}
    from reports_in_order
    group by {{ key }}
)
{%- endmacro %}

{#- A join clause: the correction of a label of `reports` that counts, as `alias`. -#}
{% macro join_correction(reports, key, label, kind, alias) -%}
    left join corrections as {{ alias }}
        on
            {{ reports }}.{{ key }} = {{ alias }}.subject_id
            and {{ alias }}.kind = '{{ kind }}'
            and coalesce(
                {{ alias }}.holds_from >= label_changes.{{ label }}_changed_at, true
            )
{%- endmacro %}
