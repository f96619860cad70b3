{#- A query of the rules that rows of a table break: one row per failed rule, with what
    is wrong in words and the number of rows. The rules that look at one row at a time
    are counted in one scan of the table; each key and each relation is one more query.
    What is meant by the kinds of rules is in tests/models/generic/audit.sql. -#}
{% macro audit_query(model, rules) -%}
    {%- set counted = rules_of_rows(rules) + rules_of_totals(rules) -%}
    {%- set queries = [] -%}
    {%- if counted -%}
        {%- do queries.append(query_of_counts(model, counted)) -%}
    {%- endif -%}
    {%- for key in rules.unique or [] -%}
        {%- do queries.append(query_of_key(model, key)) -%}
    {%- endfor -%}
    {%- for column, parent in (rules.relations or {}).items() -%}
        {%- do queries.append(query_of_relation(model, column, parent)) -%}
    {%- endfor -%}
    {%- if not queries -%}
        {{ exceptions.raise_compiler_error("an audit needs at least one rule") }}
    {%- endif -%}
    select
        failed_rule,
        row_count
    from (
    {{ queries | join('\n    union all\n    ') }}
    ) as audited
    where row_count > 0
{%- endmacro %}


{#- What is wrong in words, and the number of rows, of each rule about single rows. -#}
{% macro rules_of_rows(rules) -%}
    {%- set counted = [] -%}
    {%- for column in rules.not_null or [] -%}
        {#- An engine counts values without reading them. -#}
        {%- set count = 'count(*) - count(' ~ column ~ ')' -%}
        {%- do counted.append((column ~ ' is null', count)) -%}
    {%- endfor -%}
    {%- set wrong = [] -%}
    {%- for column, values in (rules.accepted or {}).items() -%}
        {%- set literals = [] -%}
        {%- for value in values -%}
            {%- do literals.append(text_literal(value)) -%}
        {%- endfor -%}
        {%- do wrong.append((
            column ~ ' is none of ' ~ values | join(', '),
            column ~ ' not in (' ~ literals | join(', ') ~ ')'
        )) -%}
    {%- endfor -%}
    {%- for column in rules.not_negative or [] -%}
        {%- do wrong.append((column ~ ' is negative', column ~ ' < 0')) -%}
    {%- endfor -%}
    {%- for column in rules.shares or [] -%}
        {%- do wrong.append((
            column ~ ' is not between 0 and 1', column ~ ' < 0 or ' ~ column ~ ' > 1'
        )) -%}
    {%- endfor -%}
    {%- for rate in rules.rates or [] -%}
        {%- set is_name = rate is string -%}
        {%- set part = rate ~ '_numerator' if is_name else rate.numerator -%}
        {%- set whole = rate ~ '_denominator' if is_name else rate.denominator -%}
        {%- do wrong.append((
            part ~ ' is not between 0 and ' ~ whole,
            part ~ ' > ' ~ whole ~ ' or ' ~ part ~ ' < 0'
                ~ ' or ((' ~ whole ~ ') is null and (' ~ part ~ ') is not null)'
        )) -%}
    {%- endfor -%}
    {%- for name, condition in (rules.holds or {}).items() -%}
        {%- do wrong.append(('not true: ' ~ name, 'not (' ~ condition ~ ')')) -%}
    {%- endfor -%}
    {%- for words, condition in wrong -%}
        {%- set count = 'count(case when ' ~ condition ~ ' then 1 end)' -%}
        {%- do counted.append((words, count)) -%}
    {%- endfor -%}
    {{ return(counted) }}
{%- endmacro %}


{#- The same of each rule about the whole table, where the number of rows is that of all
    rows, or 1 where there is none. -#}
{% macro rules_of_totals(rules) -%}
    {%- set counted = [] -%}
    {%- for name, condition in (rules.totals or {}).items() -%}
        {%- do counted.append((
            'not true: ' ~ name,
            'case when not (' ~ condition ~ ') then greatest(count(*), 1) else 0 end'
        )) -%}
    {%- endfor -%}
    {{ return(counted) }}
{%- endmacro %}


{#- One scan of the table, whose counts become one row per rule. -#}
{% macro query_of_counts(model, counted) -%}
    {%- set words, counts, names, numbers = [], [], [], [] -%}
    {%- for rule, count in counted -%}
        {%- set number = loop.index | string -%}
        {%- do words.append('when ' ~ number ~ ' then ' ~ text_literal(rule)) -%}
        {%- do counts.append(count ~ ' as count_' ~ number) -%}
        {%- do names.append('when ' ~ number ~ ' then count_' ~ number) -%}
        {%- do numbers.append('(' ~ number ~ ')') -%}
    {%- endfor -%}
    select
        case rule_no {{ words | join('\n            ') }} end as failed_rule,
        case rule_no {{ names | join('\n            ') }} end as row_count
    from (
        select
            {{ counts | join(',\n            ') }}
        from {{ model }}
    ) as counted
    cross join (values {{ numbers | join(', ') }}) as rules (rule_no)
{%- endmacro %}


{#- How many rows share a key with another one. In a key of a single column, null is no
    key; in any other, two nulls are equal. -#}
{% macro query_of_key(model, key) -%}
    {%- set columns = key | join(', ') -%}
    {%- set is_single = key | length == 1 -%}
    {%- set words = columns ~ (' is not unique' if is_single else ' are not unique') -%}
    select
        {{ text_literal(words) }} as failed_rule,
        coalesce(sum(key_count), 0) as row_count
    from (
        select count(*) as key_count
        from {{ model }}
        where {{ columns ~ ' is not null' if is_single else '1 = 1' }}
        group by {{ columns }}
        having count(*) > 1
    ) as repeated
{%- endmacro %}


{#- How many rows have a value that the other table lacks. -#}
{% macro query_of_relation(model, column, parent) -%}
    {%- set words = column ~ ' is not in ' ~ parent.to.identifier -%}
    select
        {{ text_literal(words) }} as failed_rule,
        count(*) as row_count
    from (
        select {{ column }} as child_value
        from {{ model }}
        where {{ column }} is not null
        {%- for value in parent.besides or [] %} and {{ column }} <> {{ text_literal(value) }}
        {%- endfor %}
    ) as children
    left join (
        select {{ parent.field or column }} as parent_value
        from {{ parent.to }}
    ) as parents
        on children.child_value = parents.parent_value
    where parents.parent_value is null
{%- endmacro %}


{% macro text_literal(value) -%}
    '{{ value | string | replace("'", "''") }}'
{%- endmacro %}
