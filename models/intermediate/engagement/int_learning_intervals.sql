-- The time that a statement of learning covers. In a session of content it begins with
-- the opening; ending or abandoning it again covers the time from there once more.
{%- set content =
    ['enrolment_id', 'technical_session_id', 'registration', 'object_id'] %}
{%- set session = 'content_key, opening_no, is_in_session' %}
{%- set in_order = 'order by occurred_at asc, verb_rank asc, statement_id asc' %}
{%- set last_first =
    'order by occurred_us desc, is_end desc, duration_micros desc, statement_id asc' %}
{%- set so_far = in_order ~ ' rows between unbounded preceding and current row' %}

with

statements as (
    select
        statement_id,
        enrolment_id,
        {{ row_key(content) }} as content_key,
        technical_session_id is not null as has_session_id,
        verb,
        is_learner_initiated,
        duration_seconds > 0 and role <> 'programme' as has_duration,
        case when verb <> 'searched' then interaction_count end as interaction_count,
        occurred_at,
        stored_at,
        verb in ('terminated', 'abandoned') as is_end,
        case verb when 'launched' then 0 when 'initialized' then 1 else 2 end
            as verb_rank,
        -- The duration in an attendance register is time in a live session.
        case
            when verb = 'attended' and activity_kind = 'live_session' then 0
            else greatest(coalesce(duration_seconds, 0), 0)
        end as claimed_seconds
    from {{ ref('int_statements_bound_to_enrolments') }}
    where
        occurred_at is not null and not is_banked
        and (technical_session_id is null or verb not in ('joined', 'left', 'attended'))
    {{ only_touched('touched_enrolments', 'enrolment_id', 'and') }}
),

claims as (
    select
        *,
        {{ epoch_micros('occurred_at') }} as occurred_us,
        {{ micros_of_seconds('least(claimed_seconds, 86400.0 * 366)') }}
            as claimed_micros,
        -- A page left open overnight is not a night of learning.
        {{ micros_of_seconds(
            'least(claimed_seconds, 60.0 * '
            ~ var('longest_learning_session_minutes') ~ ')'
        ) }} as duration_micros,
        verb in ('launched', 'resumed')
        or (
            verb = 'initialized'
            and coalesce(
                lag(verb) over (partition by content_key {{ in_order }}), ''
            ) <> 'launched'
        ) as is_opening
    from statements
),

opened as (
    select
        *,
        sum(case when is_opening then 1 else 0 end)
            over (partition by content_key {{ so_far }}) as opening_no
    from claims
),

ended as (
    select
        *,
        sum(case when is_end then 1 else 0 end)
            over (partition by content_key, opening_no {{ so_far }})
        - case when is_end then 1 else 0 end as earlier_end_count
    from opened
),

in_sessions as (
    select
        *,
        (has_session_id or opening_no > 0) and (is_end or earlier_end_count = 0)
            as is_in_session
    from ended
),

-- Without an opening, a session starts with the first duration in it.
bounded as (
    select
        *,
        case when is_in_session then coalesce(
            min(case when is_opening then occurred_us end)
                over (partition by {{ session }}),
            min(case when verb <> 'abandoned' then occurred_us - duration_micros end)
                over (partition by {{ session }}),
            occurred_us - duration_micros
        ) end as session_started_us,
        min(case when verb = 'initialized' then occurred_us end)
            over (partition by {{ session }}) as initialized_us,
        first_value(
            case
                when verb in ('terminated', 'abandoned', 'suspended', 'exited')
                    then nullif(duration_micros, 0)
            end
        ) over (partition by {{ session }} {{ last_first }}) as last_claim_micros,
        is_in_session and is_end and earlier_end_count > 0 as is_repeated
    from in_sessions
),

placed as (
    select
        *,
        case
            when session_started_us is null then occurred_us - duration_micros
            when is_repeated or verb = 'abandoned' then session_started_us
            else least(occurred_us, greatest(
                occurred_us - duration_micros,
                coalesce(initialized_us, session_started_us)
            ))
        end as started_us,
        case
            when is_repeated or (verb = 'abandoned' and is_in_session)
                then session_started_us + greatest(
                    least(duration_micros, occurred_us - session_started_us), 0
                )
            else occurred_us
        end as ended_us
    from bounded
)

select
    statement_id,
    enrolment_id,
    case when is_in_session then {{ row_key(['content_key', 'opening_no']) }} end
        as content_session_key,
    interaction_count,
    nullif(claimed_micros, 0) as claimed_micros,
    case when is_in_session then last_claim_micros end as session_limit_micros,
    is_learner_initiated,
    is_repeated,
    {{ add_seconds('occurred_at', seconds_of_micros('(started_us - occurred_us)')) }}
        as started_at,
    {{ add_seconds('occurred_at', seconds_of_micros('(ended_us - occurred_us)')) }}
        as ended_at,
    {{ add_seconds(
        'occurred_at', seconds_of_micros('(session_started_us - occurred_us)')
    ) }} as session_started_at,
    occurred_at as recorded_at,
    stored_at
from placed
where is_learner_initiated or has_duration
