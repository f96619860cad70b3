-- Connections that two reports of one meeting both hold, or one report in two
-- precisions: the same person, a join and a leave that differ by no more than the
-- coarser clock. The finer one counts, and of two equally fine ones that of the report
-- that represents the meeting; one that ended counts rather than one that did not. A
-- name is compared where one of the two people is known by it only.
with

tokens as (
    select * from {{ ref('int_connection_tokens') }}
)

select distinct
    copies.source,
    copies.technical_session_id,
    copies.learner_key,
    copies.joined_at,
    copies.left_at,
    originals.learner_key as original_learner_key,
    copies.canonical_session_id,
    copies.is_display_name,
    originals.is_display_name as is_original_display_name
from tokens as copies
inner join tokens as originals
    on
        copies.source = originals.source
        and copies.canonical_session_id = originals.canonical_session_id
        and copies.token = originals.token
        and copies.is_name = originals.is_name
where
    (not copies.is_name or copies.is_display_name or originals.is_display_name)
    and abs(copies.joined_us - originals.joined_us)
    <= greatest(copies.precision_us, originals.precision_us, 1000000)
    and coalesce(
        abs(copies.left_us - originals.left_us)
        <= greatest(copies.precision_us, originals.precision_us, 1000000),
        copies.left_us is null
    )
    and (
        (copies.left_us is null and originals.left_us is not null)
        or (
            copies.precision_us > originals.precision_us
            and (copies.left_us is not null or originals.left_us is null)
        )
        or (
            copies.precision_us = originals.precision_us
            and (copies.left_us is null) = (originals.left_us is null)
            and copies.technical_session_id <> originals.technical_session_id
            and (
                (copies.is_duplicate_report and not originals.is_duplicate_report)
                or (
                    copies.is_duplicate_report = originals.is_duplicate_report
                    and copies.technical_session_id > originals.technical_session_id
                )
            )
        )
    )
