"""What an earlier reading refused is history once the table is read anew."""

from collections.abc import Callable
from pathlib import Path

import pytest

HEADER = "Mail,Course,State,Finished\n"
DAYS = [f"0{day}.03.2026 10:00" for day in range(1, 6)]
BAD = (
    "source: academy\ntz: UTC\nperson: Mail\nactivity: Course\n"
    "verb: {column: State, values: {done: completed}}\ntime: Finished\n"
)
# The rows say `erledigt`, which the first mapping does not know.
REPAIRED = BAD.replace("{done: completed}", "{done: completed, erledigt: completed}")

Ask = Callable[[str], list[tuple]]


def table(path: Path, states: list[str], header: str = HEADER) -> Path:
    rows = [
        f"p{n}@example.org,Safety,{state},{day}\n"
        for n, (state, day) in enumerate(zip(states, DAYS, strict=False))
    ]
    path.write_text(header + "".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def mapping(tmp_path: Path) -> Callable[[str], Path]:
    """Write a mapping, always under one name."""

    def write(text: str) -> Path:
        path = tmp_path / "rules" / "academy.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def counted(ask: Ask) -> tuple[int, int]:
    """Return refused rows that count, and those that are history."""
    return ask("""
        select coalesce(sum(rejected_count) filter (where superseded_by is null), 0),
            coalesce(sum(rejected_count) filter (where superseded_by is not null), 0)
        from raw.loads
    """)[0]


def refused(ask: Ask) -> list[tuple[int, bool]]:
    """Return the line of each refused row, and whether its refusal is history."""
    return ask("""
        select line, superseded_by is not null
        from raw.rejections inner join raw.loads using (load_id) order by line
    """)


def test_the_same_file_under_a_repaired_mapping(tmp_path, mapping, land, ask):
    file = table(tmp_path / "r.csv", ["done", "erledigt", "erledigt"])
    land(file, mapping=mapping(BAD))
    assert (counted(ask), refused(ask)) == ((2, 0), [(3, False), (4, False)])

    land(file, mapping=mapping(REPAIRED))

    assert (counted(ask), refused(ask)) == ((0, 2), [(3, True), (4, True)])
    assert ask("select count(*) from raw.statements") == [(3,)]


def test_a_row_that_is_still_refused_still_counts(tmp_path, mapping, land, ask):
    file = table(tmp_path / "r.csv", ["erledigt", "erledigt", "parked"])
    land(file, mapping=mapping(BAD))

    land(file, mapping=mapping(REPAIRED))

    assert counted(ask) == (1, 3)
    assert refused(ask) == [(2, True), (3, True), (4, False)]


def test_the_next_report_under_a_repaired_mapping(tmp_path, mapping, land, ask):
    land(table(tmp_path / "mon.csv", ["erledigt"]), mapping=mapping(BAD))

    land(table(tmp_path / "tue.csv", ["done", "done"]), mapping=mapping(REPAIRED))

    assert counted(ask) == (0, 1)


def test_the_next_report_under_the_same_mapping_resolves_nothing(
    tmp_path, mapping, land, ask
):
    land(table(tmp_path / "mon.csv", ["erledigt"]), mapping=mapping(BAD))

    land(table(tmp_path / "tue.csv", ["done", "done"]), mapping=mapping(BAD))

    assert counted(ask) == (1, 0)


@pytest.mark.parametrize("change", ["source", "headings", "name of the mapping"])
def test_another_table_resolves_nothing(change, tmp_path, mapping, land, ask):
    land(table(tmp_path / "mon.csv", ["erledigt"]), mapping=mapping(BAD))
    text, header = REPAIRED, HEADER
    if change == "source":
        text = text.replace("academy", "other")
    if change == "headings":
        header = HEADER.replace("Mail", "Note,Mail").replace("Note,", "")
        header = header.replace("\n", ",Note\n")
    path = mapping(text)
    if change == "name of the mapping":
        path = path.rename(path.with_name("other.yml"))

    land(table(tmp_path / "tue.csv", ["done", "done"], header), mapping=path)

    assert counted(ask) == (1, 0)


def test_the_earlier_mapping_again_is_judged_anew(tmp_path, mapping, land, ask):
    file = table(tmp_path / "r.csv", ["erledigt"])
    land(file, mapping=mapping(BAD))
    land(file, mapping=mapping(REPAIRED))

    land(file, mapping=mapping(BAD))

    assert counted(ask) == (1, 1)
    assert refused(ask) == [(2, False)]
