"""The SQL that lays out schema raw: the organisation's own tables and all others."""

from pathlib import Path

from ingest.storage.organisation_tables import ddl

OTHER_TABLES = (Path(__file__).parent / "tables.sql").read_text(encoding="utf-8")
DDL = f"{ddl()}\n{OTHER_TABLES}"
