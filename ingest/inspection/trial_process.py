"""The process that reads a large file to find out whether it can be read."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.connectors.discovery import connectors
from ingest.inspection.delivering import delivery_of
from ingest.inspection.open_questions import DiscardingWriter
from ingest.landing.delivery import ReadOptions
from ingest.unpacking.limited_process import serve
from tandem.core.files import Home
from tandem.core.limits import applied
from tandem.core.settings import Settings

READ = "read"


class Trial:
    """Reads one file and keeps nothing of it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def answers(
        self, _request: str, home: str, options: dict[str, Any]
    ) -> Iterator[list[Any]]:
        """Read the file; an error is left to landing, which reports it."""
        settings = Settings.load(Home(Path(home)))
        with applied(settings.limits):
            try:
                delivery = delivery_of(self._path, given(options), settings)
                read = connectors()[delivery.recognition.connector].read
                read(replace(delivery, hashed=lambda: "0" * 64), DiscardingWriter())
            except MemoryError:
                raise
            except Exception:
                return
        yield from ()


def written(options: ReadOptions) -> dict[str, Any]:
    """Return options as values that a message can hold."""
    values = dict(options.__dict__)
    values["date"] = options.date.isoformat() if options.date else None
    values["mapping"] = str(options.mapping) if options.mapping else None
    return values


def given(values: dict[str, Any]) -> ReadOptions:
    """Return the options that a message holds."""
    date, mapping = values["date"], values["mapping"]
    return ReadOptions(
        **values
        | {
            "date": dt.date.fromisoformat(date) if date else None,
            "mapping": Path(mapping) if mapping else None,
        }
    )


if __name__ == "__main__":
    connectors()  # before memory is limited
    serve(Trial)
