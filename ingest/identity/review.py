"""Near matches for a person to decide: a list, never a link.

Similarity of names proposes and nothing more; Tandem itself links by exact rules only
(ingest.identity.matching).
"""

import csv
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from ingest.identity import vault
from ingest.identity.matching import Roster, UnmatchedAccount, normalised, resolve
from ingest.identity.resolution import read
from ingest.storage import warehouse
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings

COLUMNS = ("account", "shown", "session", "person", "name", "likeness", "decision")
CANDIDATES = 3  # a longer list is not read
YES, NO = {"yes", "y"}, {"", "no", "n"}


@dataclass(frozen=True)
class Candidate:
    """One account, one person whom it may be; likeness from 0 to 100."""

    account: UnmatchedAccount
    person: str
    name: str
    likeness: int


def candidates(home: Home, settings: Settings) -> list[Candidate]:
    """Return near matches of what the rules leave open, the likest first.

    People of the session's own cohort come first; where no cohort is known, of the
    whole roster.
    """
    limit = settings.vars["identity_likeness"]
    secret = vault.secret_of(home)
    with warehouse.opened(home) as connection:
        accounts, roster = read(home, connection, secret)
    may_use_names = bool(settings.section("identity").get("match_names_in_cohort"))
    outcome = resolve(accounts, roster, may_use_names=may_use_names)
    names: dict[str, set[str]] = defaultdict(set)
    for name, people in roster.names.items():
        for person in people:
            names[person].add(name)
    found: list[Candidate] = []
    for one in accounts:
        if one.actor_key not in outcome.links:
            found += _near(one, roster, names, limit)
    return sorted(
        found, key=lambda c: (-c.likeness, c.account.actor_key, c.name, c.person)
    )


def _near(
    one: UnmatchedAccount, roster: Roster, names: dict[str, set[str]], limit: int
) -> list[Candidate]:
    cohorts = roster.cohorts_of_session.get(one.session_id or "", set())
    members = set().union(*(roster.cohorts.get(cohort, set()) for cohort in cohorts))
    choices = {
        (person, name): name
        for person in sorted(members or names)
        for name in sorted(names.get(person, ()))
    }
    scored = process.extract(
        normalised(one.shown),
        choices,
        scorer=fuzz.token_sort_ratio,
        score_cutoff=limit,
        limit=CANDIDATES,
    )
    return [
        Candidate(one, person, name, round(score))
        for _name, score, (person, name) in scored
    ]


def write(path: Path, found: list[Candidate]) -> None:
    """Write the list as CSV, for the owner's eyes only; `decision` is empty.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for one in found:
            told = one.account
            cells = (told.actor_key, told.shown, told.session_id or "", one.person)
            rows.writerow(
                _harmless(cell) for cell in (*cells, one.name, one.likeness, "")
            )


def decided(path: Path) -> list[tuple[str, str]]:
    """Return account and person of every row whose decision is yes.

    Raises:
        WrongUse: it is no such list, a decision is neither yes nor no, or two people
            are chosen for one account.
    """
    if not path.exists():
        raise WrongUse("there is no such file", str(path), "tandem identity review")
    with path.open(encoding="utf-8-sig", newline="") as file:
        dialect = csv.Sniffer().sniff(file.readline(), ",;\t")
        file.seek(0)
        rows = list(csv.DictReader(file, dialect=dialect))
    chosen: dict[str, str] = {}
    for line, row in enumerate(rows, start=2):
        where = f"{path.name}, line {line}"
        missing = {"account", "person", "decision"} - set(row)
        if missing:
            raise WrongUse(
                f"column {', '.join(sorted(missing))} is missing", where, "keep them"
            )
        decision = (row["decision"] or "").strip().casefold()
        if decision not in YES | NO:
            raise WrongUse(f"decision is {decision!r}", where, "write yes or no")
        if decision in NO:
            continue
        if chosen.setdefault(row["account"], row["person"]) != row["person"]:
            raise WrongUse("a second person for one account", where, "choose one")
    return sorted(chosen.items())


def _harmless(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
