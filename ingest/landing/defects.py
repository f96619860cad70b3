"""A defect of Tandem's own met while a delivery is read: told shortly, noted in full.

The note names the places in the code that were passed, and what kind of error it was.
The words of an error may quote a value of the delivery, so they are not in it.
"""

import traceback
from datetime import UTC, datetime
from pathlib import Path

from tandem.core.errors import DeliveryError, TandemError
from tandem.core.files import Home, project_root


class Defect(DeliveryError):
    """Tandem itself failed at a file; nothing of it has landed."""


def noted(home: Home, path: Path, connector: str, error: Exception) -> TandemError:
    """Write down where an error came from; return what to tell of it.

    Args:
        home: where the note is left, below logs/.
        path: the delivery; its name may be a person's, so the note leaves it out.
        connector: which one read it, "" before any was found.
        error: what was raised.
    """
    kind = type(error).__name__
    now = datetime.now(UTC)
    logs = home.root / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    note = logs / f"defect-{now:%Y%m%dT%H%M%S%f}.txt"
    told = f"{now.isoformat(timespec='seconds')} connector {connector or '-'}"
    note.write_text("\n".join([told, *_passed(error), ""]), encoding="utf-8")
    return Defect(
        f"a defect in Tandem ({connector + ': ' if connector else ''}{kind});"
        " nothing of it has landed",
        path.name,
        f"please report it with {note}, which quotes nothing of the file",
    )


def _passed(error: BaseException) -> list[str]:
    """Return the kind of an error and the places passed, its causes first."""
    earlier = error.__cause__ or error.__context__
    places = [*(_passed(earlier) if earlier else []), type(error).__name__]
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        own = file.is_relative_to(project_root())
        name = file.relative_to(project_root()) if own else file.name
        places.append(f"  {name}:{frame.lineno} {frame.name}")
    return places
