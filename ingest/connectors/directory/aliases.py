"""Land the organisation's own table of accounts and their persons: aliases.csv.

Columns `account` and `person` each hold an e-mail address, `mailto:`, the sha1 of an
address, an openid or `homePage|name`; `valid_from` (a day, UTC) is the start of a link
where an account changes from one person to another.
"""

import csv
import json
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import polars as pl

from ingest.identity.people import agent_of
from ingest.landing.delivery import Delivery, LoadWriter, Recognition
from ingest.landing.evidence import Evidence
from ingest.mapping.tables import Row, csv_lines, table_of
from ingest.parsing.text import decode, delimiter_of
from ingest.parsing.text import rows as rows_of
from tandem.core.errors import DamagedFile

NAME = "aliases"
SOURCE = "organisation"
RULE = "alias_table"
NEEDED = ("account", "person")
Claim = tuple[int, Row, str]  # line, row, and the Agent of the person as JSON
# Other sources' links have no valid_from. A date outranks them.
EARLIEST = datetime(1970, 1, 1)  # noqa: DTZ001 - raw holds UTC without a zone


def recognise(path: Path, head: bytes) -> Recognition | None:
    """Recognise the file by its name and its two required columns."""
    if path.suffix.lower() != ".csv" or path.stem.lower() != NAME:
        return None
    try:
        decoded = decode(head)
    except UnicodeError:
        return None
    mark = delimiter_of(decoded.text)
    header = [cell.casefold() for cell in rows_of(decoded.text.split("\n")[0], mark)[0]]
    if not set(NEEDED) <= set(header):
        return None
    reason = "named aliases.csv, with columns account and person"
    found = (Evidence.FILE_NAME, Evidence.HEADINGS)
    return Recognition(NAME, SOURCE, NAME, found, reason, decoded.encoding, mark)


def read(delivery: Delivery, writer: LoadWriter) -> None:
    """Land one link a row; contradictions and invalid identifiers are rejected.

    Raises:
        DamagedFile: the file is no CSV.
    """
    try:
        lines = csv_lines(delivery.path.read_bytes())
    except (UnicodeError, csv.Error) as error:
        raise DamagedFile(
            f"this is no CSV ({error})", delivery.path.name, "save it as CSV UTF-8"
        ) from error
    lines[0] = (lines[0][0], [cell.casefold() for cell in lines[0][1]])
    claims: dict[tuple[str, datetime], list[Claim]] = defaultdict(list)
    for line, row in table_of(NAME, lines).rows:
        try:
            account, person = (_agent(row, column) for column in NEEDED)
            begins = _begins(row, delivery.options.date)
        except ValueError as error:
            message = f"{delivery.path.name} line {line}, {error}"
            writer.reject(line, "table.cell", "$", message, row)
        else:
            claims[account, begins].append((line, row, person))
    links = []
    for (account, begins), of_account in claims.items():
        if len({person for _line, _row, person in of_account}) > 1:
            _reject_contradiction(delivery.path.name, of_account, writer)
        else:
            link = {"actor": account, "learner": of_account[0][2], "rule": RULE}
            links.append(link | {"valid_from": begins})
    if links:
        schema = {"valid_from": pl.Datetime("us")}
        writer.links(pl.DataFrame(links, schema_overrides=schema))


def _reject_contradiction(name: str, claims: list[Claim], writer: LoadWriter) -> None:
    numbers = ", ".join(str(line) for line, _row, _person in claims)
    for line, row, _person in claims:
        message = f"{name} lines {numbers}: one account has several people"
        writer.reject(line, "table.contradiction", "$", message, row)


def _agent(row: Row, column: str) -> str:
    agent = agent_of(row.get(column, ""))
    if agent is None or not all(agent.get("account", {"": "x"}).values()):
        reason = "this is no e-mail address, sha1, openid or homePage|name"
        raise ValueError(f"column {column}: {reason}")
    return json.dumps({"objectType": "Agent"} | agent, sort_keys=True)


def _begins(row: Row, day: date | None) -> datetime:
    text = row.get("valid_from", "")
    if text:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"column valid_from: {text!r} is no YYYY-MM-DD") from None
    return datetime(day.year, day.month, day.day) if day else EARLIEST  # noqa: DTZ001
