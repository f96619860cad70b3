"""The structure of two programmes, to try a vendor's platform with.

It names no person and holds no count of people below k. Names of programmes, sessions
and content are numbers.
"""

import csv
from pathlib import Path
from typing import Any

import duckdb

from tandem.core.errors import WarehouseProblem, WrongUse
from tandem.core.files import Home

Tables = dict[str, tuple[list[str], list[tuple[Any, ...]]]]
SQL = Path(__file__).parent / "vendor_test.sql"
QUESTIONS = {
    "E1": "What mix of live and self-paced learning do the programmes need?",
    "E2": "How deep is the live side: tools, facilitators, schedules, recordings?",
    "E3": "How deep is the self-paced side: paths, tests, mobile, languages?",
    "E4": "How well do live and self-paced parts follow one another?",
    "E5": "How are cohorts made, paced and reported on?",
    "E6": "What keeps self-paced learners going?",
    "E7": "How much work is it to run each?",
    "E8": "What is measured, and is it the same for both?",
}
JUDGEMENTS = [
    "question",
    "candidate",
    "judgement",
    "judged_by_role",
    "judged_on",
    "note",
]
README = """\
# Try a platform with two of our programmes

Programme A is mostly live, programme B mostly self-paced. Please show how your platform
runs each of them as it is described here.

- `programmes.csv`: what they are for, how they are delivered, what finishing means.
- `phases.csv`: the parts of each, in order.
- `sessions.csv`: the live sessions of one usual cohort, in days from its start.
- `content.csv`: what learners work on by themselves, with length, format and language.
- `languages.csv`: languages that at least {k} learners of a programme prefer.

Names are left out and nothing here is about a single person.

## For those who watch

`judgements.csv` has a row for each question. Fill in the candidate, a `judgement`
(strong, adequate, weak or missing), your role and the day; delete rows that stay open.
Then land it: `tandem ingest judgements.csv`. The scorecard shows the candidate beside
what is in use.

{questions}
"""


def write_vendor_test(home: Home, folder: Path, k: int) -> list[str]:
    """Write the structure of one live-heavy and one self-paced-heavy programme.

    Args:
        home: with a built warehouse.
        folder: new or empty.
        k: the fewest people behind a count.

    Returns:
        The names of the files.

    Raises:
        WrongUse: the folder holds something.
        WarehouseProblem: nothing is built, or a kind of programme is missing.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WrongUse("it is not empty", str(folder), "name a new folder")
    tables = _tables(home, k)
    folder.mkdir(parents=True, exist_ok=True)
    for name, (columns, rows) in tables.items():
        _write(folder / f"{name}.csv", columns, rows)
    template = [(question, "", "", "", "", "") for question in QUESTIONS]
    _write(folder / "judgements.csv", JUDGEMENTS, template)
    questions = "\n".join(f"- {code}: {text}" for code, text in QUESTIONS.items())
    text = README.format(k=k, questions=questions)
    (folder / "README.md").write_text(text, encoding="utf-8")
    return sorted(path.name for path in folder.iterdir())


def _tables(home: Home, k: int) -> Tables:
    if not home.warehouse.exists():
        raise WarehouseProblem(
            "nothing is built yet", str(home.warehouse), "run tandem build"
        )
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        try:
            return _asked(connection, k)
        except duckdb.CatalogException as error:
            raise WarehouseProblem(
                "a table is missing", str(home.warehouse), "run tandem build"
            ) from error


def _asked(connection: duckdb.DuckDBPyConnection, k: int) -> Tables:
    chosen, *queries = SQL.read_text(encoding="utf-8").split("\n-- table: ")
    connection.execute(chosen, {"k": k})
    (count,) = connection.execute("select count(*) from chosen").fetchone() or (0,)
    if count < 2:
        raise WarehouseProblem(
            f"no mostly live or no mostly self-paced programme has {k} people",
            "the warehouse",
            "land rosters and sessions of both kinds, then run tandem build",
        )
    found = {}
    for query in queries:
        name, sql = query.split("\n", 1)
        result = connection.execute(sql, {"k": k} if "$k" in sql else None)
        columns = [column[0] for column in result.description or []]
        found[name] = (columns, result.fetchall())
    return found


def _write(path: Path, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
