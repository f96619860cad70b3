"""Decisions are checked cell by cell, previewed, applied as a batch, and taken back."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from ingest.review.columns import GUEST, OPEN, SOMEBODY
from tandem.core.errors import DamagedFile, WrongCells
from tandem.core.files import Home
from tests.ingest.review.conftest import Deliver, Fill, Run, joined
from tests.models.differences import differing_tables

ANA = "Ana Sousa (ana.sousa@corp.example)"
BEN = "Ben Müller (ben@corp.example)"


@pytest.fixture
def workbook(home: Home, deliver: Deliver, run: Run) -> Path:
    deliver(
        [
            joined("A. Sousa", "09:00", "09:30"),
            joined("Ben M", "09:00", "10:00"),
            joined("Zo", "09:00", "09:05"),
        ],
        [joined("Zo", "11:00", "11:10")],
    )
    assert run("review", "--role", "operator").exit_code == 0
    return home.identity_review


def said(run: Run, path: Path, *more: str) -> dict:
    result = run("accept", str(path), "--role", "operator", "--json", *more)
    assert result.exit_code == 0, result.output + str(result.exception)
    return json.loads(result.stdout)


def links(home: Home) -> int:
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        ((count,),) = warehouse.sql(
            "select count(*) from raw.identity_links"
        ).fetchall()
        return count


def test_a_preview_says_what_changes_and_changes_nothing(
    home: Home, workbook: Path, run: Run, fill: Fill
):
    path = fill(workbook, {"A. Sousa": ANA, "Ben M": (SOMEBODY, "ben@corp.example")})
    before = links(home)
    found = said(run, path)
    rows = [
        (d["shown"], d["person"], d["session_count"], d["minutes"])
        for d in found["decisions"]
    ]
    assert rows == [("Ben M", BEN, 1, 60), ("A. Sousa", ANA, 1, 30)]
    assert (found["open_count"], found["batch"]) == (2, None)
    assert links(home) == before


def test_a_batch_is_applied_and_those_people_are_not_listed_again(
    home: Home, workbook: Path, run: Run, fill: Fill
):
    path = fill(workbook, {"A. Sousa": ANA, "Zo": GUEST, "Ben M": OPEN})
    assert said(run, path, "--apply")["batch"].startswith("links-")
    assert links(home) == 1
    result = run("review", "--role", "operator")
    assert "1 unmatched person" in result.output
    # The same file again: everybody in it is decided.
    again = said(run, path)
    assert (again["decisions"], again["gone_count"]) == ([], 3)


def test_undo_leaves_no_trace_of_a_batch_below_or_above_another(
    home: Home, workbook: Path, run: Run, fill: Fill, tmp_path: Path
):
    def kept(name: str) -> Path:
        return Path(shutil.copy(home.warehouse, tmp_path / f"{name}.duckdb"))

    def differing(first: Path, second: Path) -> dict[str, list[str]]:
        return differing_tables(first, second, ["raw"])

    untouched = kept("untouched")
    second = said(run, fill(workbook, {"Ben M": BEN}), "--apply")["batch"]
    only_second = kept("only_second")
    said(run, fill(workbook, {"A. Sousa": ANA, "Zo": GUEST}), "--apply")
    both = kept("both")
    assert set(differing(only_second, both)) == {
        "raw.exclusions",
        "raw.identity_links",
        "raw.loads",
    }
    result = run("undo")
    names = [line.partition(":")[0] for line in result.output.splitlines()]
    assert (names[0], len(names)) == (second, 2)
    assert run("undo", names[1]).exit_code == 0
    assert differing(only_second, home.warehouse) == {}
    assert run("undo", second).exit_code == 0
    assert differing(untouched, home.warehouse) == {}
    # The first of two goes, the later one stays as it was.
    first = said(run, fill(workbook, {"A. Sousa": ANA}), "--apply")["batch"]
    said(run, fill(workbook, {"Ben M": BEN}), "--apply")
    assert run("undo", first).exit_code == 0
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        left = warehouse.sql("select load_id from raw.identity_links").fetchall()
    assert first not in {load for (load,) in left}
    assert len(left) == 1


def test_a_batch_that_is_not_there_is_refused_with_those_that_are(
    workbook: Path, run: Run
):
    result = run("undo", "links-1")
    assert "none was applied" in str(result.exception)
    assert run("undo").output == "No batch was applied.\n"


@pytest.mark.parametrize(
    ("cells", "column", "value", "allowed"),
    [
        ("Nobody", "Decision", "Nobody", f"{ANA} or {SOMEBODY} or {GUEST} or {OPEN}"),
        ((SOMEBODY, ""), "E-mail address of somebody else", "", "the e-mail address"),
        (
            (SOMEBODY, "x@corp.example"),
            "E-mail address of somebody else",
            "x@corp.example",
            "the e-mail address of a person on one of your lists",
        ),
        (
            (GUEST, "ben@corp.example"),
            "E-mail address of somebody else",
            "ben@corp.example",
            f"empty, or choose {SOMEBODY}",
        ),
        (("", "ben@corp.example"), "Decision", "", f"{SOMEBODY}, for the address"),
    ],
)
def test_a_wrong_cell_is_named_by_sheet_row_column_and_what_is_allowed(
    home: Home,
    workbook: Path,
    run: Run,
    fill: Fill,
    cells: tuple[str, str] | str,
    column: str,
    value: str,
    allowed: str,
):
    path = fill(workbook, {"A. Sousa": cells, "Ben M": BEN})
    result = run("accept", str(path), "--role", "operator", "--apply", "--json")
    assert isinstance(result.exception, WrongCells)
    (problem,) = json.loads(result.stdout)["problems"]
    assert (problem["sheet"], problem["row"]) == ("Who is this", 3)
    assert (problem["column"], problem["value"]) == (column, value)
    assert problem["allowed"].startswith(allowed)
    assert links(home) == 0


def test_two_rows_that_join_two_places_at_once_say_so(
    home: Home, workbook: Path, run: Run, fill: Fill
):
    found = said(run, fill(workbook, {"A. Sousa": ANA, "Ben M": ANA}))
    assert {one["careful"] for one in found["decisions"]} == {
        "Careful: connected at the same time from two places in 1 session; "
        "these may be two people."
    }
    result = run("accept", str(home.root.parent / "filled.xlsx"), "--role", "operator")
    assert result.output.count("Careful: connected at the same time") == 2


def test_the_journal_has_the_batch_and_no_name(
    home: Home, workbook: Path, run: Run, fill: Fill
):
    from tandem.core import journal

    batch = said(run, fill(workbook, {"A. Sousa": ANA, "Zo": GUEST}), "--apply")[
        "batch"
    ]
    assert run("undo", batch).exit_code == 0
    (entry,) = journal.read(home.journal, "link")
    (undone,) = journal.read(home.journal, "unlink")
    assert entry["payload"] == {
        "batch": batch,
        "accounts": 1,
        "guests": 2,
        "decisions": 3,
    }
    assert undone["payload"] == {"batch": batch, "accounts": 1, "guests": 2}
    assert "sousa" not in json.dumps([entry, undone]).casefold()


def test_what_is_no_such_workbook_is_refused(workbook: Path, run: Run, tmp_path: Path):
    missing = run("accept", str(tmp_path / "no.xlsx"), "--role", "operator")
    assert isinstance(missing.exception, DamagedFile)
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    result = run("accept", str(other), "--role", "operator")
    assert "column Name as shown, Decision" in str(result.exception)


def test_the_csv_route_applies_the_same(
    home: Home, workbook: Path, run: Run, tmp_path: Path
):
    table = tmp_path / "people.csv"
    assert run("review", "--role", "operator", "--out", str(table)).exit_code == 0
    text = table.read_text(encoding="utf-8-sig")
    lines = [
        line.replace(",C1,,,", f",C1,{ANA},,") if line.startswith("A. Sousa") else line
        for line in text.splitlines()
    ]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = said(run, table, "--apply")
    assert [one["shown"] for one in found["decisions"]] == ["A. Sousa"]
    assert links(home) == 1
