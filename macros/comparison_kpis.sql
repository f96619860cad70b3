{#- KPIs whose unit is the enrolment, with the date that decides their quarter. -#}
{% macro comparison_kpis() -%}
    {%- set by_maturity = [
        'start_rate',
        'completion_rate',
        'completion_rate_at_start',
        'completion_rate_not_withdrawn',
        'completion_rate_started',
        'withdrawal_rate',
        'pass_rate',
        'first_attempt_pass_rate',
    ] -%}
    {%- set kpis = [] -%}
    {%- for kpi_id in by_maturity -%}
        {%- do kpis.append({'kpi_id': kpi_id, 'anchor': 'matured_quarter_date'}) -%}
    {%- endfor -%}
    {%- do kpis.append({'kpi_id': 'on_time_rate', 'anchor': 'due_quarter_date'}) -%}
    {{ return(kpis) }}
{%- endmacro %}
