"""Defects of Tandem itself while a delivery is read: a short message and a note.

The note holds the type of the error and its traceback without messages, since an
error's message may quote a value of the delivery.
"""

import traceback
from datetime import UTC, datetime
from pathlib import Path

from tandem.core.errors import DeliveryError, TandemError
from tandem.core.files import Home, project_root


class Defect(DeliveryError):
    """Tandem itself failed at a file; nothing of it has landed."""


def write_note(home: Home, path: Path, connector: str, error: Exception) -> TandemError:
    """Write the traceback of an error to a note; return the error to report.

    Args:
        home: the note is written below its logs/.
        path: the delivery; its name may name a person, so the note omits it.
        connector: which one read it, "" before recognition.
        error: what was raised.
    """
    kind = type(error).__name__
    now = datetime.now(UTC)
    logs = home.root / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    note = logs / f"defect-{now:%Y%m%dT%H%M%S%f}.txt"
    header = f"{now.isoformat(timespec='seconds')} connector {connector or '-'}"
    note.write_text("\n".join([header, *_traceback(error), ""]), encoding="utf-8")
    return Defect(
        f"a defect in Tandem ({connector + ': ' if connector else ''}{kind});"
        " nothing of it has landed",
        path.name,
        f"please report it with {note}, which quotes nothing of the file",
    )


def _traceback(error: BaseException) -> list[str]:
    """Return the type and the frames of an error, its causes first."""
    earlier = error.__cause__ or error.__context__
    places = [*(_traceback(earlier) if earlier else []), type(error).__name__]
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        own = file.is_relative_to(project_root())
        name = file.relative_to(project_root()) if own else file.name
        places.append(f"  {name}:{frame.lineno} {frame.name}")
    return places
