"""Sections of `tandem status`: refused rows, what has no place, and people."""

import textwrap
from collections.abc import Mapping
from typing import Any

from tandem.cli.standing import Standing
from tandem.core.counted import counted
from tandem.core.errors import Problem
from tandem.core.files import Home
from tandem.core.vocabulary import VOCABULARIES

WIDTH = 80
REASONS_SHOWN = 10
CELLS_SHOWN = 5


class Report:
    """Lines of a report, none wider than 80 columns."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def title(self, words: str) -> None:
        """Add a heading."""
        self.lines += ["", words, "-" * len(words)] if self.lines else [words]

    def say(self, words: str, indent: str = "") -> None:
        """Add a sentence, wrapped."""
        self.lines += textwrap.wrap(
            words,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=" " * len(indent),
            break_long_words=False,
            break_on_hyphens=False,
        )


def unread(out: Report, found: Standing) -> None:
    """Add which files did not land, why, and what to do."""
    if not found.unread:
        return
    out.title("Files that were not read")
    for file in found.unread[:REASONS_SHOWN]:
        what, _arrow, next_step = file.reason.partition(" -> ")
        words = f"{what}. Next: {next_step}" if next_step else what
        out.say(" ".join(f"{words}.".split()), "- ")
        for problem in file.problems[:CELLS_SHOWN]:
            out.say(Problem(**problem).words(), "  - ")
        if (more := len(file.problems) - CELLS_SHOWN) > 0:
            out.say(f"and {more} more cells.", "  - ")
    if (more := len(found.unread) - REASONS_SHOWN) > 0:
        out.say(f"and {more} more files: tandem status --json lists all.", "- ")
    out.say(
        "A file is listed until it lands, or is no longer where it was. Files in an "
        "archive are listed until they land."
    )


def refused(out: Report, found: Standing) -> None:
    """Add why rows were refused, and what is to be checked."""
    out.title("Refused rows")
    rejected = [row for row in found.refused if not row["is_finding"]]
    if not rejected:
        out.say("None.")
    for row in rejected[:REASONS_SHOWN]:
        out.say(
            f"{row['source']}: {counted(row['row_count'], 'row')}. "
            f"{row['rule'].rstrip('.')}.",
            "- ",
        )
    if len(rejected) > REASONS_SHOWN:
        out.say(f"and {counted(len(rejected) - REASONS_SHOWN, 'more reason')}.", "- ")
    if rejected:
        out.say(
            "Next: have the source correct these rows and land them again. After an "
            "upgrade, tandem replay lands those that are valid now."
        )
    for row in found.superseded:
        words = (
            f"{row['source']}: earlier readings refused "
            f"{counted(row['row_count'], 'row')}. They count as resolved, because the "
            "file or its mapping landed anew."
        )
        if left := row["not_landed_again"]:
            some = counted(left, "of them is", "of them are")
            words += (
                f" {some} in files that did not land again: land those files too if "
                "nothing newer holds their rows."
            )
        out.say(words, "- ")
    findings = [row for row in found.refused if row["is_finding"]]
    if findings:
        out.title("Landed, to be checked")
        for row in findings[:REASONS_SHOWN]:
            times = "once" if row["row_count"] == 1 else f"{row['row_count']:,} times"
            out.say(f"{row['source']}, {times}, e.g.: {row['rule']}", "- ")


def bindings(
    out: Report, home: Home, found: Standing, status: Mapping[str, Any]
) -> None:
    """Add what belongs to no cohort or programme, and who can say where it does."""
    out.title("Live sessions and statements without a place")
    bound = True
    if found.sessions and found.sessions[1]:
        bound = False
        some = counted(
            found.sessions[0], "live session belongs", "live sessions belong"
        )
        out.say(
            f"{found.sessions[1]:,} of {some} to no cohort. Next: whoever plans "
            "sessions names the cohort in the calendar, or in the table "
            "sessions: tandem template sessions",
            "- ",
        )
    for source in found.sources:
        if source.unbound and source.unbound[1]:
            bound = False
            out.say(
                f"{source.name}: {source.unbound[1]:,} of {source.unbound[0]:,} "
                "statements belong to no programme.",
                "- ",
            )
    if any(source.unbound and source.unbound[1] for source in found.sources):
        out.say(
            "Next: the owner of the learning platform names the activities of each "
            "programme in content or activities: tandem template content activities"
        )
    for vocabulary in VOCABULARIES:
        if status.get("build", {}).get(f"unmapped_{vocabulary.name}"):
            bound = False
            out.say(
                f"Some {vocabulary.name.replace('_', ' ')} are not known and count as "
                "other. To map one: add a row "
                f"{vocabulary.iri_column},{vocabulary.word_column} to "
                f"{vocabulary.own_file(home)}, a word of seeds/{vocabulary.name}.csv, "
                "then tandem build",
                "- ",
            )
    if bound:
        out.say("None: all belong to a cohort or programme.")


def people(out: Report, found: Standing) -> None:
    """Add how many accounts of each source belong to known people."""
    out.title("People")
    if found.nobody:
        out.say(f"{found.nobody}.", "- ")
    some = is_half_unknown = False
    for source in found.sources:
        if source.people is None:
            continue
        count, known = source.people
        some = some or known < count
        is_half_unknown = is_half_unknown or 2 * known < count
        out.say(
            f"{source.name}: {known:,} of "
            f"{counted(count, 'account belongs', 'accounts belong')} to known people "
            f"({100 * known // count} %).",
            "- ",
        )
    if not found.nobody and all(source.people is None for source in found.sources):
        out.say("No account of a person has landed.")
    if is_half_unknown:
        out.say(
            "Where most are unknown, the roster may hold the platform's user ids in a "
            "column of its own: name it in tandem.toml, and land the roster again "
            "(docs/first-week.md, section 6)."
        )
    if some:
        out.say(
            "Next: the personnel office completes the table people; or decide who they "
            "are in a workbook: tandem identity review --role operator"
        )
