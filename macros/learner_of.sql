{#- Rows of raw tables whose loads are committed, with the key of the person behind an
    account. Both macros write a whole query, to be the body of a CTE. -#}

{#- All rows of a raw table of the organisation's that committed loads brought, with the
    connector of the load and the moment (UTC) at which it started. -#}
{% macro committed_reports(table) -%}
    select
        reports.*,
        loads.connector,
        loads.started_at as load_started_at
    from {{ source('organisation', table) }} as reports
    inner join {{ source('xapi', 'loads') }} as loads on reports.load_id = loads.load_id
{%- endmacro %}

{#- All rows of a query, with the person behind an account as another column: the person
    to whom the account is linked, else the account itself.

    People who objected to analytics are left out unless keeps_restricted; a row without
    an account stays. -#}
{% macro with_learners(
    rows, account='actor_key', learner='learner_key', keeps_restricted=false
) -%}
    select
        {{ rows }}.*,
        {{ learner_of(rows, account) }} as {{ learner }}
    from {{ rows }}
    left join {{ ref('stg_xapi__learner_links') }} as learner_links
        on {{ rows }}.{{ account }} = learner_links.actor_key
    {%- if not keeps_restricted %}
    left join {{ ref('stg_xapi__restricted_learners') }} as restricted_learners
        on {{ learner_of(rows, account) }} = restricted_learners.learner_key
    where restricted_learners.learner_key is null
    {%- endif %}
{%- endmacro %}

{#- The person behind an account of a row that is joined to learner_links. -#}
{% macro learner_of(rows, account='actor_key') -%}
    coalesce(learner_links.learner_key, {{ rows }}.{{ account }})
{%- endmacro %}

{#- All reports of a query from the organisation's own tables, and those of rosters only
    for a key on which the organisation itself reports nothing. -#}
{% macro without_outranked_rosters(reports, key) -%}
    {%- set roster_rank = "case when connector = 'oneroster' then 1 else 0 end" -%}
    select * from (
        select
            *,
            {{ roster_rank }} as roster_rank,
            min({{ roster_rank }}) over (partition by {{ key }}) as best_roster_rank
        from {{ reports }}
    ) as ranked_reports
    where roster_rank = best_roster_rank
{%- endmacro %}
