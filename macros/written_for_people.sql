{#- Whether what a statement writes or asks is for people, outside live sessions: neither
    in the chat of a session nor to an AI tutor. -#}
{% macro is_for_people() -%}
    (role <> 'live' and coalesce(activity_kind, '') not in ('live_session', 'ai_tutor'))
{%- endmacro %}
