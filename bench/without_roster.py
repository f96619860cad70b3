"""How right suggestions are where no roster names programmes and groups.

Nothing then has the ids of the answers. A suggested programme stands for the one that
most of its meetings and content belong to; of several that stand for the same one only
the largest counts, so that a programme in pieces is not called right. A suggested group
stands for the group that most of its meetings belong to.
"""

from collections import Counter
from pathlib import Path

from bench.answers import (
    KINDS,
    Answers,
    cohorts_of_keys,
    count,
    count_programme,
    table,
    value,
)
from ingest.storage.programme_ids import activity_of, keys_of_meeting
from ingest.storage.programme_sheets import Rows

Members = list[tuple[str, str]]  # what was suggested, and what is true


def judged_without_roster(rows: Rows, answers: Path) -> dict[str, dict[str, int]]:
    """Return how many suggestions of each kind are right, wrong, or were not made."""
    programmes = table(answers, "programmes", "programme_id")
    cohorts = table(answers, "cohorts", "cohort_id")
    in_programmes, in_groups = _members(rows, answers, cohorts)
    stands_for = _main(in_programmes)
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for suggested, true in in_programmes:
        count(counts["grouping"], stands_for.get(suggested, suggested), true)
    for row in rows["programmes"]:
        known = programmes.get(stands_for.get(row.cells["programme_name"], ""))
        if known is None:
            continue  # it was counted as wrong with its meetings and content
        count_programme(counts, row, known)
    groups = _main(in_groups)
    for row in rows["groups"]:
        if true_group := groups.get(row.cells["cohort_name"]):
            got = value("groups", "delivery_mode", row.cells["delivery_mode"])
            count(counts["mode"], got, cohorts[true_group]["delivery_mode"])
    return {kind: dict(found) for kind, found in counts.items()}


def _members(rows: Rows, answers: Path, cohorts: Answers) -> tuple[Members, Members]:
    """Return the members of suggested programmes, and those of suggested groups."""
    activities = table(answers, "activities", "activity_id")
    of_key = cohorts_of_keys(answers)
    programme_of = {
        row.cells["cohort_name"]: row.cells["programme_id"] for row in rows["groups"]
    }
    in_programmes, in_groups = [], []
    for row in rows["meetings"]:
        keys = keys_of_meeting(row.identity)
        cohort = next((of_key[key] for key in keys if key in of_key), "")
        suggested = row.cells["cohort_id"]
        if cohort:
            programme = cohorts[cohort]["programme_id"]
            in_programmes.append((programme_of.get(suggested, ""), programme))
            in_groups.append((suggested, cohort))
        elif suggested:  # a meeting that is no learning
            in_programmes.append((programme_of.get(suggested, ""), ""))
    for row in rows["content"]:
        activity = activity_of(row.identity)[0]
        if activity in activities:
            true = activities[activity]["programme_id"]
            in_programmes.append((row.cells["programme_id"], true))
    return in_programmes, in_groups


def _main(members: Members) -> dict[str, str]:
    """Return what each suggestion stands for; of several for one the largest."""
    sizes = Counter(pair for pair in members if all(pair))
    found: dict[str, str] = {}
    taken: set[str] = set()
    for (suggested, true), _size in sorted(
        sizes.items(), key=lambda one: (-one[1], one)
    ):
        if suggested not in found and true not in taken:
            found[suggested] = true
            taken.add(true)
    return found
