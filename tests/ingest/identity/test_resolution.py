"""Exact rules link accounts to people; what fits two people stays open."""

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ingest.identity.matching import (
    Roster,
    UnmatchedAccount,
    address_in,
    normalised,
    resolve,
)
from ingest.identity.resolution import resolve_identities
from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.cli.main import app
from tandem.core.files import Home, read_status
from tandem.core.settings import Settings

ENROLLED = """email,programme_id,cohort_id,role
ana@corp.example,P,C1,learner
ben@corp.example,P,C1,learner
cara@corp.example,P,C1,learner
cara.two@corp.example,P,C1,learner
dan@corp.example,P,C2,learner
"""
SESSIONS = "join_key,cohort_id\n91234567890,C1\n91234567891,C2\n"
PARTICIPANTS = (
    "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n{rows}"
)
NAMES = {
    "ana@corp.example": "Ana Sousa",
    "ben@corp.example": "Ben Li",
    "cara@corp.example": "Cara Berg",
    "cara.two@corp.example": "Cara Berg",
    "dan@corp.example": "Dan Novak",
}


def joined(name: str, email: str = "", at: str = "09:00:00") -> str:
    times = f"2026-03-25 {at},2026-03-25 10:00:00,60"
    return f'"{name}",{email},{times}\n'


@pytest.fixture
def deliver(home: Home, tmp_path: Path) -> Callable[..., None]:
    """Land a roster, people's names, and the reports of meetings in two cohorts."""

    def land(first: str = "", second: str = "", *, settings: str = "") -> None:
        given = tmp_path / "given"
        given.mkdir()
        home.root.mkdir(parents=True, exist_ok=True)
        home.settings.write_text(settings)
        (given / "enrolments.csv").write_text(ENROLLED)
        (given / "sessions.csv").write_text(SESSIONS)
        statements = [
            {
                "actor": {"mbox": f"mailto:{address}", "name": name},
                "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
                "object": {"id": "https://lms.example/course"},
                "timestamp": "2026-03-01T10:00:00Z",
            }
            for address, name in NAMES.items()
        ]
        lines = "\n".join(json.dumps(one) for one in statements)
        (given / "lms.ndjson").write_text(lines)
        for number, rows in (("91234567890", first), ("91234567891", second)):
            if rows:
                report = given / f"participants_{number}.csv"
                report.write_text(PARTICIPANTS.format(rows=rows))
        reports = ingest([given], home, Settings.load(home), ReadOptions(tz="UTC"))
        assert [one.error for one in reports if one.error] == []

    return land


ALLOWED = "[identity]\nmatch_names_in_cohort = true\n"


def links(home: Home) -> set[tuple[str, str, str]]:
    """Resolve, and return of each link what is shown, whose it is, by which rule."""
    resolve_identities(home, Settings.load(home))
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        warehouse.execute("attach $v as vault (read_only)", {"v": str(home.vault)})
        return set(
            warehouse.sql("""
                select
                    coalesce(json_extract_string(
                        try_cast(known.identifier as json), '$.name'
                    ), known.identifier),
                    owner.identifier,
                    links.rule
                from raw.derived_links as links
                inner join vault.identifiers as known using (actor_key)
                inner join vault.identifiers as owner
                    on links.learner_key = owner.actor_key
            """).fetchall()
        )


def test_a_unique_name_in_the_sessions_cohort_counts_only_where_it_is_allowed(
    home: Home, deliver: Callable
):
    deliver(joined("Ana Sousa") + joined("Li, Ben"))
    assert links(home) == set()
    home.settings.write_text(ALLOWED)
    assert links(home) == {
        ("Ana Sousa", "mailto:ana@corp.example", "name_in_cohort"),
        ("Li, Ben", "mailto:ben@corp.example", "name_in_cohort"),
    }


def test_what_fits_two_people_stays_open_and_is_counted(home: Home, deliver: Callable):
    deliver(joined("Cara Berg") + joined("An Sousa"), settings=ALLOWED)
    assert links(home) == set()
    counts = read_status(home)["identity"]
    assert (counts["ambiguous"], counts["unresolved"]) == (1, 1)


def test_a_name_of_another_cohort_is_nobody_here(home: Home, deliver: Callable):
    deliver(joined("Dan Novak"), joined("Dan Novak"), settings=ALLOWED)
    assert links(home) == {("Dan Novak", "mailto:dan@corp.example", "name_in_cohort")}
    assert read_status(home)["identity"]["unresolved"] == 1


def test_who_is_there_under_an_address_is_not_a_guest_of_that_name_too(
    home: Home, deliver: Callable
):
    rows = joined("Ana Sousa", "ana@corp.example") + joined("Ana Sousa", at="09:30:00")
    deliver(rows, settings=ALLOWED)
    assert links(home) == set()


def test_a_guests_principal_name_holds_the_address(
    home: Home, deliver: Callable, tmp_path: Path
):
    deliver()
    guest = "ana_corp.example#EXT#@tenant.example"
    page = "https://login.tenant.example"
    viewed = {
        "actor": {"account": {"homePage": page, "name": guest}},
        "verb": {"id": "http://id.tincanapi.com/verb/viewed"},
        "object": {"id": "https://lms.example/course"},
        "timestamp": "2026-03-01T10:00:00Z",
    }
    (tmp_path / "portal.ndjson").write_text(json.dumps(viewed))
    ingest([tmp_path / "portal.ndjson"], home, Settings.load(home), ReadOptions())
    assert links(home) == {(guest, "mailto:ana@corp.example", "upn")}


def test_resolving_again_changes_nothing_and_order_does_not_matter(
    home: Home, deliver: Callable
):
    deliver(joined("Ana Sousa"), settings=ALLOWED)
    assert links(home) == links(home) != set()


@pytest.mark.parametrize(
    ("shown", "address"),
    [
        ("ana_corp.example#EXT#@tenant.onmicrosoft.com", "ana@corp.example"),
        ("mailto:first_last_corp.example#ext#@t.example", "first_last@corp.example"),
        ("Ana@Corp.example", "ana@corp.example"),
        ("Ana Sousa", None),
        ("ana@localhost", None),
        ("#EXT#@t.example", None),
    ],
)
def test_addresses_inside_account_names(shown: str, address: str | None):
    assert address_in(shown) == address


def test_names_are_compared_folded_and_never_shortened():
    assert normalised("  SOUSA,\u00a0Ana ") == normalised("ana sousa")
    assert normalised("Ana S.") != normalised("Ana Sousa")
    assert normalised("Straße") == normalised("STRASSE")


def test_a_roll_number_shown_as_a_name_is_the_rosters_identifier():
    roster = Roster(lambda _text: None, {"4711": {"ana"}}, {}, {}, {}, {})
    inside, outside = (
        UnmatchedAccount("s", " 4711", "session"),
        UnmatchedAccount("t", "4711"),
    )
    outcome = resolve([inside, outside], roster, may_use_names=False)
    assert outcome.links == {"s": ("ana", "roster_identifier")}
    assert outcome.unresolved == {"t"}


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["identity", *arguments])
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.output


def whose(home: Home) -> dict[str, str | None]:
    known = json.loads(run("explain", "ana@corp.example"))
    return {one["identifier"]: one["rule"] for one in known["accounts"]}


def test_a_link_by_hand_is_explained_and_taken_back(home: Home, deliver: Callable):
    deliver(joined("Nickname"))
    assert whose(home) == {"mailto:ana@corp.example": None}
    run("link", "Nickname", "ana@corp.example")
    assert sorted(map(str, whose(home).values())) == ["None", "manual"]
    run("unlink", "Nickname")
    assert whose(home) == {"mailto:ana@corp.example": None}


def test_links_by_hand_are_one_load_that_read_nothing(home: Home, deliver: Callable):
    deliver(joined("Nickname"))
    run("link", "Nickname", "ana@corp.example")
    run("unlink", "Nickname")
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        (load,) = (
            warehouse.sql("from raw.loads where load_id = 'by-hand'").pl().to_dicts()
        )
    counts = {name: value for name, value in load.items() if name.endswith("_count")}
    assert counts.pop("row_count") == 2
    assert set(counts.values()) == {0, None}  # what links have none of is null


def test_what_a_person_takes_back_no_rule_links_again(home: Home, deliver: Callable):
    deliver(joined("Ana Sousa"), settings=ALLOWED)
    assert len(links(home)) == 1
    run("unlink", "Ana Sousa")
    assert links(home) == set()
