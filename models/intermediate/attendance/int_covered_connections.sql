-- Connections of a copy that lie within the time from the first join to the last leave
-- of the same person in the report that represents the meeting. A coarser report prints
-- one span for several connections, or a total from the first join on: the finer one
-- counts.
with

tokens as (
    select * from {{ ref('int_connection_tokens') }}
),

spans as (
    select
        source,
        canonical_session_id,
        learner_key,
        token,
        is_name,
        is_display_name,
        min(joined_us) as first_joined_us,
        max(left_us) as last_left_us
    from tokens
    where not is_duplicate_report
    group by
        source, canonical_session_id, learner_key, token, is_name, is_display_name
)

select distinct
    tokens.source,
    tokens.technical_session_id,
    tokens.learner_key,
    tokens.joined_at,
    tokens.left_at
from tokens
inner join spans
    on
        tokens.source = spans.source
        and tokens.canonical_session_id = spans.canonical_session_id
        and tokens.token = spans.token
        and tokens.is_name = spans.is_name
where
    tokens.is_duplicate_report
    and (not tokens.is_name or tokens.is_display_name or spans.is_display_name)
    and tokens.joined_us
    >= spans.first_joined_us - greatest(tokens.precision_us, 1000000)
    and coalesce(tokens.left_us, tokens.joined_us)
    <= spans.last_left_us + greatest(tokens.precision_us, 1000000)
