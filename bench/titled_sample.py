"""The invented organisation under other titles, without its own tables.

`python -m bench.titled_sample FOLDER ANSWERS TITLES ENROLMENTS SEED [plain]` writes the
vendors' files and the roster into FOLDER; what it keeps back (the organisation's tables
and the truth) goes to ANSWERS. With `plain`, groups of the roster have names without
the name of their course, so that only people and dates tell which meeting is theirs.
"""

import csv
import shutil
import sys
import tempfile
from pathlib import Path

from samples import catalogue
from samples.generate import generate
from samples.plan import Plan

LISTS = Path(__file__).parent / "lists"
KEPT_BACK = ("organisation", "truth.json", "tandem.toml")
SAMPLE_TITLES = "sample"


def write(
    folder: Path, answers: Path, titles: str, plan: Plan, *, is_plain: bool
) -> None:
    """Write the files; the lists of the catalogue are read from a changed copy.

    Args:
        folder: new or empty; what Tandem may see.
        answers: new; what it may not see.
        titles: a column of bench/lists/other_titles.csv, or `sample` for its own.
        plan: size and seed.
        is_plain: whether names of groups say nothing about their course.
    """
    with tempfile.TemporaryDirectory() as name:
        lists = Path(name) / "lists"
        shutil.copytree(catalogue.LISTS, lists)
        if titles != SAMPLE_TITLES:
            _retitle(lists / "programmes.csv", titles)
        catalogue.LISTS = lists
        generate(folder, plan)
    answers.mkdir(parents=True)
    for kept_back in KEPT_BACK:
        shutil.move(folder / kept_back, answers / kept_back)
    if is_plain:
        _name_plainly(folder / "roster" / "classes.csv")


def _retitle(path: Path, titles: str) -> None:
    with (LISTS / "other_titles.csv").open(encoding="utf-8", newline="") as file:
        other = {row["programme_id"]: row[titles] for row in csv.DictReader(file)}
    header, *rows = _rows(path)
    place = header.index("programme_name")
    for row in rows:
        row[place] = other[row[header.index("programme_id")]]
    _write(path, [header, *rows])


def _name_plainly(path: Path) -> None:
    header, *rows = _rows(path)
    place, term = header.index("title"), header.index("termSourcedIds")
    for number, row in enumerate(rows, start=1):
        row[place] = f"Batch {number} {row[term]}"
    _write(path, [header, *rows])


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(rows)


if __name__ == "__main__":
    target, kept, column, size, chance, *more = sys.argv[1:]
    plan_of = Plan(int(size), int(chance))
    write(Path(target), Path(kept), column, plan_of, is_plain="plain" in more)
