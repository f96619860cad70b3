"""Durations in the rows of a report: one format for a column, decided from all rows."""

from collections.abc import Callable, Iterable, Sequence

from ingest.connectors.local_clock import ABSENT
from ingest.landing.delivery import Delivery, LoadWriter
from ingest.parsing.duration_formats import duration_format, duration_hints
from ingest.parsing.durations import UnclearDuration

CODE = "cell.duration"


def durations_in(
    cells: Iterable[tuple[int, str]],
    delivery: Delivery,
    writer: LoadWriter,
    heading: str = "",
    spans: Sequence[float | None] = (),
) -> Callable[[str], float | None]:
    """Return a function that reads the durations of one column, in seconds.

    It returns None for a cell that is empty or cannot be read. Each filled cell that
    cannot be read is rejected here, by its line; its row lands without a duration.

    Args:
        cells: line number and text of each cell of the column.
        delivery: the report; its options and its language decide what the cells leave
            open.
        writer: takes the rejected cells.
        heading: of the column.
        spans: for each cell the seconds from the row's start to its end, None where
            they are not known.
    """
    listed = list(cells)
    timed = [*spans, *[None] * (len(listed) - len(spans))]
    filled = [
        (line, text, span)
        for (line, text), span in zip(listed, timed, strict=True)
        if text.strip().casefold() not in ABSENT
    ]
    options = delivery.options
    locale = options.locale or delivery.recognition.locale
    form = duration_format(
        [text for _line, text, _span in filled],
        duration_hints(options.duration_format, locale),
        heading,
        [span for _line, _text, span in filled],
    )
    by_text: dict[str, float] = {}
    for line, text, _span in filled:
        try:
            by_text[text] = form.seconds(text)
        except ValueError as error:
            message = f"no duration: {text!r}: {error}"
            if isinstance(error, UnclearDuration):
                message += f"; pass {error.option} and land it again"
            payload = {"line": line, "duration": text}
            writer.reject(line, CODE, "$.duration", message, payload)
    return by_text.get


def refuse_unread(
    writer: LoadWriter, line: int | None, printed: str, seconds: float | None
) -> None:
    """Reject a filled cell that gave no duration; its row lands without one."""
    if seconds is None and printed.strip().casefold() not in ABSENT:
        payload = {"line": line, "duration": printed}
        message = f"no duration: {printed!r}"
        writer.reject(line, CODE, "$.duration", message, payload)
