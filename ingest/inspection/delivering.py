"""Make a delivery of a path: what it is, and the options that hold for it."""

from datetime import timedelta
from pathlib import Path

from ingest.connectors.mapped import table
from ingest.inspection.recognition import inspect_one
from ingest.landing.delivery import Delivery, ReadOptions
from ingest.landing.loading import answered
from tandem.core.settings import Settings


def delivery_of(path: Path, options: ReadOptions, settings: Settings) -> Delivery:
    """Return a delivery, not yet hashed.

    Args:
        path: of a file or folder.
        options: what the call states; tandem.toml fills what it leaves open.
        settings: the organisation's.

    Raises:
        DeliveryError: it is not recognised, or not with certainty.
    """
    sources = settings.section("sources")
    explicit = sources.get(options.source or "", {})
    recognition = table.explicit_recognition(path, options, explicit)
    recognition = recognition or inspect_one(path, options.source)
    known = sources.get(options.source or recognition.source, {})
    return Delivery(
        path,
        recognition,
        answered(options, known),
        settings=known,
        idle_limit=timedelta(minutes=settings.vars["idle_gap_minutes"]),
    )
