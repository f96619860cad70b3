{#- CTEs of which the last, `name`, has the curves of a life table: one row per cell and
    day, with all columns of `rows` and

    survival: Kaplan and Meier's share still without the event, where whoever had a
        competing event is taken for censored. JASA 53:457 (1958).
    survival_low, survival_high: its 95 % limits by Greenwood's variance on the scale of
        log(-log S), which keeps them within 0 and 1; null where nobody or everybody
        has had the event.
    event_free: the share that has had neither event.
    incidence, competing_incidence: the shares that have had each event, after Aalen and
        Johansen. Scand. J. Stat. 5:141 (1978). With event_free they add up to 1; one
        minus survival is more than the incidence where events compete.

    rows: a relation with the columns of the cell, day, at_risk, events and competing;
    every day with an event has a row. Products are sums of logarithms, added as
    decimals, so that they are the same in any order of the rows. -#}
{% macro survival_curve(name, rows, cell) -%}
{%- set listed = cell | join(', ') -%}
{%- set until_day =
    'partition by ' ~ listed ~ ' order by day asc'
    ~ ' rows between unbounded preceding and ' -%}
{{ name }}_steps as (
    select
        *,
        {{ log_of_remaining('events') }} as log_net,
        {{ log_of_remaining('(events + competing)') }} as log_free,
        case when at_risk > 0 and at_risk = events then 1 else 0 end as is_end,
        case when at_risk > 0 and at_risk = events + competing then 1 else 0 end
            as is_free_end,
        {{ greenwood_term('1.0') }} as variance_step
    from {{ rows }}
),

{{ name }}_sums as (
    select
        *,
        sum(log_net) over ({{ until_day }}current row) as net_sum,
        sum(is_end) over ({{ until_day }}current row) as end_sum,
        sum(variance_step) over ({{ until_day }}current row) as variance_sum,
        sum(log_free) over ({{ until_day }}current row) as free_sum,
        sum(is_free_end) over ({{ until_day }}current row) as free_end_sum,
        coalesce(sum(log_free) over ({{ until_day }}1 preceding), 0) as earlier_sum,
        coalesce(sum(is_free_end) over ({{ until_day }}1 preceding), 0)
            as earlier_end_sum
    from {{ name }}_steps
),

{{ name }}_shares as (
    select
        *,
        {{ share_of_logs('net_sum', 'end_sum') }} as survival,
        {{ share_of_logs('free_sum', 'free_end_sum') }} as event_free,
        {{ share_of_logs('earlier_sum', 'earlier_end_sum') }} as free_before
    from {{ name }}_sums
),

{{ name }}_incidences as (
    select
        *,
        {{ incidence_step('events') }} as incidence_step,
        {{ incidence_step('competing') }} as competing_step,
        case
            when survival > 0 and survival < 1
                then
                    {{ z_of_95_percent() }}
                    * sqrt(cast(variance_sum as double) / 1000000000.0)
                    / -ln(survival)
        end as half_width
    from {{ name }}_shares
),

{{ name }} as (
    select
        *,
        exp(-exp(ln(-ln(case when half_width is not null then survival end))
                 + half_width)) as survival_low,
        exp(-exp(ln(-ln(case when half_width is not null then survival end))
                 - half_width)) as survival_high,
        cast(sum(incidence_step) over ({{ until_day }}current row) as double)
            as incidence,
        cast(sum(competing_step) over ({{ until_day }}current row) as double)
            as competing_incidence
    from {{ name }}_incidences
)
{%- endmacro %}

{#- CTEs of which the last, `name`, has one row per cell: tau_days, mean_days without the
    event within tau, and the variance of that mean:

    mean = integral of S to tau
    variance = sum over days of [integral of S from the day to tau]^2 d / (n (n - d))

    Klein and Moeschberger 2003, section 4.5. It is the variance of the mean, not that of
    the people's days. Where everybody left has the event on one day, the term has no
    value, and the curve behind it is 0.

    curve: a relation of survival_curve with the column tau_days, one value per cell and
    not after its last day. -#}
{% macro restricted_mean(name, curve, cell) -%}
{%- set listed = cell | join(', ') -%}
{{ name }}_followed as (
    select
        *,
        lead(day) over (partition by {{ listed }} order by day asc) as next_day
    from {{ curve }}
),

{{ name }}_areas as (
    select
        *,
        {{ decimal_of(
            'case when day < tau_days then survival'
            ~ ' * (least(coalesce(next_day, tau_days), tau_days) - day) else 0 end'
        ) }} as area
    from {{ name }}_followed
),

{{ name }}_remainders as (
    select
        *,
        cast(sum(area) over (
            partition by {{ listed }}
            order by day asc
            rows between current row and unbounded following
        ) as double) as area_left
    from {{ name }}_areas
),

{{ name }} as (
    select
        {{ listed }},
        tau_days,
        least(min(day), tau_days) + cast(sum(area) as double) as mean_days,
        coalesce(cast(sum({{ greenwood_term('area_left * area_left') }}) as double), 0)
        / 1000000000.0 as mean_variance
    from {{ name }}_remainders
    group by {{ listed }}, tau_days
)
{%- endmacro %}

{#- Logarithm (decimal) of the share of those at risk that remains; 0 where nobody does,
    which share_of_logs knows from a count. -#}
{% macro log_of_remaining(exits) -%}
    {{ decimal_of(
        'case when at_risk > ' ~ exits
        ~ ' then ln(cast(at_risk - ' ~ exits ~ ' as double) / at_risk) else 0 end'
    ) }}
{%- endmacro %}

{#- The product of shares whose logarithms were added; 0 once nobody remained. -#}
{% macro share_of_logs(logs, ends) -%}
    case when {{ ends }} > 0 then 0.0 else exp(cast({{ logs }} as double)) end
{%- endmacro %}

{#- A factor times Greenwood's d / (n (n - d)), times 10^9 as a decimal, so that small
    terms keep their digits; null where nobody remains. -#}
{% macro greenwood_term(factor) -%}
    {{ decimal_of(
        'case when at_risk > events then 1000000000.0 * ' ~ factor
        ~ ' * cast(events as double) / at_risk / (at_risk - events) end'
    ) }}
{%- endmacro %}

{#- The share that has an event on a day (decimal). -#}
{% macro incidence_step(exits) -%}
    {{ decimal_of(
        'case when at_risk > 0 then free_before * ' ~ exits
        ~ ' / at_risk else 0 end'
    ) }}
{%- endmacro %}
