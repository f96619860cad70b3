"""Near matches of names, listed for a person to decide; they never link by themselves.

Tandem links by exact rules only (ingest.identity.matching).
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
CANDIDATES = 3  # per account
YES, NO = {"yes", "y"}, {"", "no", "n"}


@dataclass(frozen=True)
class Candidate:
    """One account and a person that it may belong to; likeness from 0 to 100."""

    account: UnmatchedAccount
    person: str
    name: str
    likeness: int


def candidates(home: Home, settings: Settings) -> list[Candidate]:
    """Return near matches of unmatched accounts, the highest likeness first.

    Names are compared with the session's own cohort, or with the whole roster where no
    cohort is known.
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
    for account in accounts:
        if account.actor_key not in outcome.links:
            found += _near(account, roster, names, limit)
    return sorted(
        found, key=lambda c: (-c.likeness, c.account.actor_key, c.name, c.person)
    )


def _near(
    account: UnmatchedAccount, roster: Roster, names: dict[str, set[str]], limit: int
) -> list[Candidate]:
    cohorts = roster.cohorts_of_session.get(account.session_id or "", set())
    members = set().union(*(roster.cohorts.get(cohort, set()) for cohort in cohorts))
    choices = {
        (person, name): name
        for person in sorted(members or names)
        for name in sorted(names.get(person, ()))
    }
    scored = process.extract(
        normalised(account.shown),
        choices,
        scorer=fuzz.token_sort_ratio,
        score_cutoff=limit,
        limit=CANDIDATES,
    )
    return [
        Candidate(account, person, name, round(score))
        for _name, score, (person, name) in scored
    ]


def write(path: Path, found: list[Candidate]) -> None:
    """Write the list as CSV that only its owner can read; `decision` is empty.

    A cell that a spreadsheet would read as a formula gets an apostrophe in front.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for match in found:
            account = match.account
            cells = (
                account.actor_key,
                account.shown,
                account.session_id or "",
                match.person,
                match.name,
                match.likeness,
                "",
            )
            rows.writerow(_without_formula(cell) for cell in cells)


def decided(path: Path) -> list[tuple[str, str]]:
    """Return account and person of every row whose decision is yes.

    Raises:
        WrongUse: it is not such a list, a decision is neither yes nor no, or two people
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


def _without_formula(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
