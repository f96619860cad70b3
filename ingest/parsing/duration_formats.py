"""Decide from all cells of a column how it prints durations; what is open is asked.

The rules, in this order: what the user states; a unit or a clock in the heading; and
what the cells prove. Nothing is guessed from a single cell.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.parsing.duration_headings import Clock, Unit, clock_in, unit_in
from ingest.parsing.duration_words import words_of_column
from ingest.parsing.durations import (
    NUMBER_OPTION,
    THREE_PARTS,
    TWO_PARTS,
    DurationFormat,
    UnclearDuration,
)
from ingest.parsing.numbers import NUMBER, Sign, decimal_sign
from tandem.core.errors import WrongUse

SHOWN = 3
TOLERANCE_SECONDS = 60  # of times in whole minutes
WORDS_OF_OPTION = {
    "h:mm": {"clock": "h:mm"},
    "hh:mm": {"clock": "h:mm"},
    "m:ss": {"clock": "m:ss"},
    "mm:ss": {"clock": "m:ss"},
    "hours": {"unit": "hours"},
    "minutes": {"unit": "minutes"},
    "seconds": {"unit": "seconds"},
    "milliseconds": {"unit": "milliseconds"},
    "decimal-point": {"sign": "."},
    "decimal-comma": {"sign": ","},
}
_CLOCK_OF_UNIT: dict[Unit, Clock] = {"hours": "h:mm", "minutes": "m:ss"}


@dataclass(frozen=True)
class DurationHints:
    """What the user states about the durations of a delivery."""

    unit: Unit | None = None
    clock: Clock | None = None
    sign: Sign | None = None
    locale: str | None = None


def duration_hints(option: str | None, locale: str | None = None) -> DurationHints:
    """Return the hints of `--duration-format`: words such as `h:mm,decimal-comma`.

    Raises:
        WrongUse: there is no such word.
    """
    hints = DurationHints(locale=locale)
    for word in (option or "").split(","):
        if not word.strip():
            continue
        stated = WORDS_OF_OPTION.get(word.strip().casefold())
        if stated is None:
            raise WrongUse(
                f"there is no duration format {word.strip()}",
                "--duration-format",
                f"name one of {', '.join(WORDS_OF_OPTION)}",
            )
        hints = replace(hints, **stated)
    return hints


def duration_format(
    cells: Iterable[str],
    hints: DurationHints | None = None,
    heading: str = "",
    spans: Sequence[float | None] = (),
) -> DurationFormat:
    """Return the format of a column of durations.

    Args:
        cells: all filled cells of the column.
        hints: what the user states.
        heading: of the column, which may name a unit or a clock.
        spans: for each cell the seconds between the start and the end in its row, where
            they are known: no duration is longer.
    """
    hints = hints or DurationHints()
    printed = list(cells)
    stated = hints.unit or unit_in(heading)
    clock = hints.clock or clock_in(heading)
    if clock is None and stated is not None:
        clock = _CLOCK_OF_UNIT.get(stated)
    distinct = dict.fromkeys(text.strip() for text in printed)
    numbers = (number for text in distinct for number in re.findall(NUMBER, text))
    wordy = [text for text in distinct if re.search(r"[^\W\d_]", text)]
    return DurationFormat(
        unit=stated,
        clock=clock or _proven_clock(printed, spans),
        sign=hints.sign or decimal_sign(numbers),
        words=words_of_column(wordy, hints.locale) if wordy else {},
    )


def seconds_of(printed: str, locale: str | None = None) -> float:
    """Return the seconds of a duration that is not in a column with others.

    Raises:
        UnclearDuration: it can be read in several ways.
        ValueError: it is no duration.
    """
    hints = DurationHints(locale=locale)
    return duration_format([printed], hints).seconds(printed)


def _proven_clock(
    printed: Sequence[str], spans: Sequence[float | None]
) -> Clock | None:
    """Return what the clocks of two parts mean, None where the cells do not prove it.

    Clocks of three parts without leading zeros print hours only where there are any, so
    that one of two parts is minutes and seconds. A time that is longer than the whole
    row's is not meant, and one that is exactly as long is.
    """
    clocks = [TWO_PARTS.fullmatch(text.strip()) for text in printed]
    firsts = [int(clock.group(1)) for clock in clocks if clock]
    if not firsts:
        return None
    longer = [m for text in printed if (m := THREE_PARTS.fullmatch(text.strip()))]
    hours = [clock["hours"] for clock in longer]
    has_short_hours = any(len(text) == 1 for text in hours)
    has_no_zeros = not any(text.startswith("0") for text in hours)
    if has_short_hours and has_no_zeros and max(firsts) < 60:
        return "m:ss"
    timed = [
        (DurationFormat(clock="m:ss").seconds(text), span)
        for text, clock, span in zip(printed, clocks, spans, strict=False)
        if clock and int(clock.group(2)) < 60 and span is not None
    ]
    fits_minutes = all(seconds <= span + TOLERANCE_SECONDS for seconds, span in timed)
    if any(seconds * 60 > span + TOLERANCE_SECONDS for seconds, span in timed):
        return "m:ss" if fits_minutes else None
    if any(abs(s * 60 - span) < TOLERANCE_SECONDS for s, span in timed if s):
        return "h:mm"
    return None


def open_questions(form: DurationFormat, cells: Iterable[str]) -> list[UnclearDuration]:
    """Return what a column leaves open, with examples from it, the most frequent first.

    A few numbers without a unit in a column that prints units are no question: they are
    not in its format, and no option would bring them into it.

    Args:
        form: the format that was decided for the column.
        cells: all filled cells of the column.
    """
    examples: dict[str, list[str]] = {}
    reasons: dict[str, str] = {}
    counts = Counter(cells)
    for cell in counts:
        try:
            form.seconds(cell)
        except UnclearDuration as error:
            examples.setdefault(error.option, []).append(cell)
            reasons.setdefault(error.option, str(error))
        except ValueError:
            continue
    bare = sum(counts[cell] for cell in examples.get(NUMBER_OPTION, ()))
    if 2 * bare < counts.total():
        examples.pop(NUMBER_OPTION, None)
    return [
        UnclearDuration(
            f"{', '.join(map(repr, some[:SHOWN]))}: {reasons[option]}", option
        )
        for option, some in sorted(examples.items(), key=lambda item: -len(item[1]))
    ]
