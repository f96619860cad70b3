"""Land the Open University Learning Analytics Dataset (OULAD).

A folder of the authors' CSV files, or of the same tables as Parquet; the click log may
be in several files. Statements are made in SQL (data_set.sql in this package), because
be in several files. Statements are made in SQL (data_set.sql in this package) because
"""

from pathlib import Path

import duckdb

from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.xapi.ids import TANDEM
from tandem.core.errors import DamagedFile

NAME = "oulad"
SQL = Path(__file__).with_suffix(".sql")
BATCH_ROWS = 16_384

TABLES = {
    "courses": "courses",
    "studentInfo": "info",
    "studentRegistration": "registration",
    "assessments": "assessments",
    "studentAssessment": "student_assessment",
    "vle": "vle",
}
CLICK_LOG = "studentVle"
COLUMNS = {
    "courses": "code_module code_presentation module_presentation_length",
    "info": "code_module code_presentation id_student region highest_education "
    "num_of_prev_attempts studied_credits final_result",
    "registration": "code_module code_presentation id_student date_registration "
    "date_unregistration",
    "assessments": "code_module code_presentation id_assessment assessment_type date "
    "weight",
    "student_assessment": "id_assessment id_student date_submitted is_banked score",
    "vle": "id_site code_module code_presentation activity_type",
    "click_log": "code_module code_presentation id_student id_site date sum_click",
}
TYPES = {
    "module_presentation_length": "integer",
    "id_student": "bigint",
    "id_site": "bigint",
    "id_assessment": "bigint",
    "num_of_prev_attempts": "bigint",
    "studied_credits": "bigint",
    "date": "double",
    "date_registration": "double",
    "date_unregistration": "double",
    "date_submitted": "double",
    "weight": "double",
    "score": "double",
    "sum_click": "bigint",
    "is_banked": "boolean",
}
STATEMENTS = ("registered", "unregistered", "clicked", "scored", "judged")
STATEMENTS += ("submitted", "finished")
FACTS = ("programmes", "cohorts", "activities", "people", "enrolments", "sources")


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise a folder that holds at least two of the data set's tables."""
    if not path.is_dir():
        return None
    tables = [name for name in TABLES if _files(path, name)]
    if len(tables) < 2:
        return None
    is_csv = _files(path, tables[0])[0].suffix == ".csv"
    return Recognition(
        connector=NAME,
        source=NAME,
        variant="csv" if is_csv else "parquet",
        found=(Evidence.FILE_SET,),
        reason=f"a folder with {', '.join(tables[:3])}",
    )


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land the statements and typed rows of all tables.

    Raises:
        DamagedFile: a table is missing, cut off, or lacks a column.
    """
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute("set enable_progress_bar = false")
        _load_tables(connection, delivery.path)
        connection.execute("set variable namespace = $hex", {"hex": TANDEM.hex})
        try:
            connection.execute(SQL.read_text(encoding="utf-8"))
            for view in STATEMENTS:
                relation = connection.sql(
                    f"select null::bigint as line, statement from {view}"
                )
                writer.statements(relation.to_arrow_reader(BATCH_ROWS))
            for view in FACTS:
                writer.rows(view, connection.table(view).pl())
        except duckdb.Error as error:
            raise DamagedFile(
                f"its tables cannot be joined ({_first_line(error)})",
                delivery.path.name,
                "download the data set again",
            ) from error


def _load_tables(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Load the files of each table of the data set into a typed table."""
    missing = [name for name in TABLES if not _files(folder, name)]
    if missing:
        raise DamagedFile(
            f"the data set lacks {', '.join(missing)}",
            folder.name,
            "put the missing tables (.csv or .parquet) into the folder",
        )
    for name, table in TABLES.items():
        _load(connection, table, _files(folder, name))
    if clicks := _files(folder, CLICK_LOG):
        _load(connection, "click_log", clicks)
    else:
        connection.execute(
            "create table click_log (code_module varchar, code_presentation varchar,"
            " id_student bigint, id_site bigint, date double, sum_click bigint)"
        )


def _load(connection: duckdb.DuckDBPyConnection, table: str, files: list[Path]) -> None:
    names = [str(file) for file in files]
    try:
        if files[0].suffix == ".csv":
            relation = connection.read_csv(
                names, header=True, all_varchar=True, na_values=["", "?"]
            )
        else:
            relation = connection.read_parquet(names)
        columns = ", ".join(
            f"cast({name} as {TYPES[name]}) as {name}" if name in TYPES else name
            for name in COLUMNS[table].split()
        )
        relation.select(columns).create(table)
    except duckdb.Error as error:
        raise DamagedFile(
            f"this is no {table} table of the data set ({_first_line(error)})",
            files[0].name,
            "download it again",
        ) from error


def _files(folder: Path, name: str) -> list[Path]:
    """Return the files of a table: Parquet if there are any, else CSV."""
    pattern = f"{name}*" if name == CLICK_LOG else name
    for suffix in (".parquet", ".csv"):
        if files := sorted(folder.glob(f"{pattern}{suffix}")):
            return files
    return []


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
