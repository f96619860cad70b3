"""A roster says whom it leaves out, and which programmes nobody listed."""

from pathlib import Path

import pytest

from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

LIST = "Email,Name,Cohort,Programme\n"


def row(name: str, cohort: str, programme: str = "P") -> str:
    return f"{name}@example.org,{name},{cohort},{programme}\n"


@pytest.fixture
def land(home: Home, tmp_path: Path):
    """Land a people list, or any file, and return its notes."""

    def landed(name: str, text: str) -> list[str]:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        (report,) = ingest([path], home, Settings.load(home), ReadOptions())
        assert report.error is None
        return [note for note in report.notes if "whom this list leaves" not in note]

    return landed


def bulk(home: Home) -> None:
    home.root.mkdir(exist_ok=True)
    home.settings.write_text('[sources.hr]\ndelivery = "bulk"\n')


def test_a_list_that_misses_people_says_how_many_where_and_how_that_would_end_them(
    land, home: Home
):
    land("programmes.csv", "programme_id,programme_name\nP,Safety\n")
    first = row("a", "K1") + row("b", "K1") + row("c", "K2") + row("d", "K3")
    assert land("staff-2026-04-01.csv", LIST + first) == []
    second = LIST + row("a", "K1") + row("e", "K2")
    missing, groups = land("staff-2026-05-01.csv", second)
    assert missing == (
        "2 people are in an earlier list of K1 (1), K2 (1) and not in this one: they "
        "stay enrolled; if each list names all members of its groups, write delivery "
        '= "bulk" below [sources.hr] in tandem.toml, and land it again'
    )
    assert groups == (
        "1 group of the list before it with 1 person are not in this one: K3 (1); "
        "nothing of them ends"
    )


def test_a_list_is_compared_with_the_newest_one_before_it(land, home: Home):
    land("programmes.csv", "programme_id,programme_name\nP,Safety\n")
    land("staff-2026-04-01.csv", LIST + row("a", "K1") + row("b", "K1"))
    assert len(land("staff-2026-06-01.csv", LIST + row("a", "K1"))) == 1
    # What was missing before is no news; a list between them knows the first alone.
    assert land("staff-2026-07-01.csv", LIST + row("a", "K1") + row("x", "K1")) == []
    assert len(land("staff-2026-05-01.csv", LIST + row("b", "K1"))) == 1
    assert land("staff-2026-03-01.csv", LIST + row("z", "K1")) == []


def test_a_complete_list_says_that_they_left(land, home: Home):
    bulk(home)
    land("programmes.csv", "programme_id,programme_name\nP,Safety\n")
    land("staff-2026-04-01.csv", LIST + row("a", "K1") + row("b", "K1"))
    (note,) = land("staff-2026-05-01.csv", LIST + row("a", "K1"))
    assert note == (
        "1 person is in an earlier list of K1 (1) and not in this one: it lists all "
        "members, so that they left on its day"
    )


def test_rows_of_the_organisations_own_table_are_no_list_of_members(land, home: Home):
    head = "email,programme_id,cohort_id\n"
    land("programmes.csv", "programme_id,programme_name\nP,Safety\n")
    assert (
        land("enrolments.csv", f"{head}a@example.org,P,K1\nb@example.org,P,K1\n") == []
    )
    assert (
        land("enrolments.csv", f"{head}a@example.org,P,K1\nc@example.org,P,K1\n") == []
    )


def test_a_programme_that_nobody_listed_is_named_with_the_nearest(land, home: Home):
    (note,) = land("staff-2026-04-01.csv", LIST + row("a", "K1", "SAFE-1"))
    assert note == (
        "it names a programme, and no list of programmes is landed yet: tandem init "
        "suggests one"
    )
    land("programmes.csv", "programme_id,programme_name\nSAFE-01,Safety\n")
    rows = (
        row("a", "K1", "SAFE-1") + row("a", "K2", "Zebra") + row("a", "K3", "SAFE-01")
    )
    (note,) = land("staff-2026-05-01.csv", LIST + rows)
    assert note == (
        "it names 2 programmes that no list of programmes has: SAFE-1 (perhaps "
        "SAFE-01), Zebra; until one has, those enrolments are in no figure: correct "
        "the id, or add it to the programmes (tandem init, or tandem template "
        "programmes)"
    )


def test_programmes_that_land_together_with_the_roster_are_known(
    home: Home, tmp_path: Path
):
    roster, programmes = tmp_path / "staff-2026-04-01.csv", tmp_path / "programmes.csv"
    roster.write_text(LIST + row("a", "K1"))
    programmes.write_text("programme_id,programme_name\nP,Safety\n")
    for report in ingest(
        [roster, programmes], home, Settings.load(home), ReadOptions()
    ):
        assert not any("programme" in note for note in report.notes)
