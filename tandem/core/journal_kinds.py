"""What may be entered in the journal: one kind of decision a row (docs/journal.md)."""

from dataclasses import dataclass

from tandem.core.roles import ANALYST, LEADER, PROGRAMME_OWNER

COMMAND_LINE = "command_line"  # no role of the dashboard may write it


@dataclass(frozen=True)
class Kind:
    """One kind of decision.

    Attributes:
        name: as the journal keeps it.
        meaning: what is decided, in a sentence.
        subject: what it is about.
        payload: the names of its details; empty for those of the command line, which
            checks its own.
        writers: roles of the dashboard that may write it, or COMMAND_LINE alone.
        needs_reason: whether it is refused without a reason.
    """

    name: str
    meaning: str
    subject: str
    payload: tuple[str, ...] = ()
    writers: tuple[str, ...] = (COMMAND_LINE,)
    needs_reason: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "programme_category",
            "The outcome category of a programme, or which one it should have.",
            "programme id",
            ("outcome_category",),
            (PROGRAMME_OWNER, ANALYST),
        ),
        Kind(
            "completion_rule",
            "What finishing a programme is decided by, from a day on.",
            "programme id",
            ("completion_class", "completion_rule", "holds_from"),
            (PROGRAMME_OWNER, ANALYST),
            needs_reason=True,
        ),
        Kind(
            "cohort_mode",
            "The delivery mode of a cohort, from a day on.",
            "cohort id",
            ("delivery_mode", "holds_from"),
            (PROGRAMME_OWNER, ANALYST),
            needs_reason=True,
        ),
        Kind(
            "reference_list_adopted",
            "The list of which mode suits what is adopted, by which role or board.",
            "name of the list",
            ("adopted_by", "adopted_on"),
            (LEADER,),
        ),
        Kind(
            "mode_reviewed",
            "A programme's delivery mode was reviewed: keep, change or pilot.",
            "programme id",
            ("outcome",),
            (LEADER, PROGRAMME_OWNER),
            needs_reason=True,
        ),
        Kind(
            "decision_dismissed",
            "A proposed decision is not needed, or is needed again.",
            "decision key",
            ("is_dismissed",),
            (LEADER, PROGRAMME_OWNER),
            needs_reason=True,
        ),
        Kind(
            "scorecard_judgement",
            "A judgement of 1 to 5 on one question of the scorecard.",
            "question number, or candidate and question number",
            ("score", "candidate"),
            (LEADER, PROGRAMME_OWNER),
            needs_reason=True,
        ),
        Kind(
            "review_commentary",
            "The commentary of a quarterly review.",
            "quarter",
            ("text",),
            (LEADER, PROGRAMME_OWNER),
        ),
        Kind(
            "review_decision",
            "A decision of a quarterly review: what, by whom, until when, and on which "
            "figure.",
            "quarter and number",
            (
                "quarter",
                "decision",
                "status",
                "owner_role",
                "due",
                "kpi_id",
                "programme_id",
                "outcome_category",
                "mode_a",
                "mode_b",
            ),
            (LEADER, PROGRAMME_OWNER),
        ),
        Kind(
            "accepted_warning",
            "A failed expectation was accepted, and published with the reason.",
            "expectation",
            needs_reason=True,
        ),
        Kind(
            "frozen_quarter",
            "The snapshot that a quarter was reviewed with is kept for ever.",
            "quarter",
        ),
        Kind("pilot_plan", "A pilot was planned before its data arrived.", "plan id"),
        Kind(
            "identity_review",
            "A workbook that names unmatched people was written.",
            "a person",
        ),
        Kind("link", "Accounts were linked to one person.", "a person"),
        Kind(
            "unlink",
            "The link of an account, or a batch of links, was revoked.",
            "a person",
        ),
        Kind("restriction", "A person is left out of analytics.", "a person"),
        Kind("restriction_lifted", "That ended.", "a person"),
        Kind(
            "identified_export",
            "Statements were exported with identifiers of people.",
            "all",
            needs_reason=True,
        ),
        Kind(
            "attendance_record",
            "The attendance of a cohort was exported with names.",
            "cohort id",
            needs_reason=True,
        ),
        Kind("erasure", "A person was erased from every file.", "a person"),
        Kind("retention", "Old records were deleted by rule.", "all"),
    )
}
