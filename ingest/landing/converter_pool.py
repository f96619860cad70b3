"""Converters and worker processes that are reused from load to load.

Deliveries of one organisation have similar statements, so a converter keeps the
templates that it has built for the next load.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from ingest.landing.conversion import Converter
from ingest.landing.delivery import ReadOptions
from ingest.landing.group import LandingContext
from ingest.landing.workers import WorkerPool
from tandem.core.settings import Settings


class ConverterPool:
    """Converters and processes for the loads of one run.

    A context: on leaving it, the worker processes end.
    """

    def __init__(self, context: LandingContext) -> None:
        self.workers = WorkerPool()
        self._context = context
        self._idle: list[Converter] = []

    def __enter__(self) -> "ConverterPool":
        """Return the pool; converters are made when they are needed."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the worker processes."""
        self.workers.close()

    @contextmanager
    def converter(
        self, settings: Settings, options: ReadOptions, source: str
    ) -> Iterator[Converter]:
        """Yield a converter without people, but with templates, of earlier loads.

        After an error it is not reused: it may hold half a batch.

        Raises:
            WrongUse: tandem.toml names a repair that does not exist.
        """
        pseudonyms = self._context.pseudonyms()
        fresh = Converter.from_settings(pseudonyms, settings, options, source)
        alike = (
            n for n, converter in enumerate(self._idle) if converter.judges_as(fresh)
        )
        position = next(alike, None)
        converter = fresh if position is None else self._idle.pop(position).begun()
        yield converter
        self._idle.append(converter)
