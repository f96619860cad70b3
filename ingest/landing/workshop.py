"""What outlives a load: converters that know the forms met, processes that do, too.

An organisation's deliveries are alike. What the first has taught need not be learned
again from each of a thousand.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from ingest.landing.conversion import Converter
from ingest.landing.delivery import ReadOptions
from ingest.landing.group import LandingContext
from ingest.landing.workers import Crew
from tandem.core.settings import Settings


class Workshop:
    """Converters and processes for the loads of one run.

    A context: on leaving it, the processes end.
    """

    def __init__(self, context: LandingContext) -> None:
        self.crew = Crew()
        self._context = context
        self._idle: list[Converter] = []

    def __enter__(self) -> "Workshop":
        """Begin with nothing learned."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the processes end."""
        self.crew.close()

    @contextmanager
    def converter(
        self, settings: Settings, options: ReadOptions, source: str
    ) -> Iterator[Converter]:
        """Lend a converter that has met nobody, but the forms of loads like this one.

        After an error it is not used again: it may hold half a batch.

        Raises:
            WrongUse: tandem.toml names a repair that does not exist.
        """
        pseudonyms = self._context.pseudonyms()
        fresh = Converter.from_settings(pseudonyms, settings, options, source)
        alike = (n for n, one in enumerate(self._idle) if one.judges_as(fresh))
        position = next(alike, None)
        converter = fresh if position is None else self._idle.pop(position).begun()
        yield converter
        self._idle.append(converter)
