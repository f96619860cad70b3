"""Control totals: figures that a vendor prints beside its rows, compared with them.

A total that differs from what landed is a finding with both figures. Nothing is refused
because of it: either figure may be the wrong one.
"""

from datetime import datetime

from ingest.landing.delivery import LoadWriter


def compare_count(
    writer: LoadWriter,
    where: str,
    name: str,
    printed: float | None,
    landed: int,
    most: int | None = None,
) -> None:
    """Record a finding where a printed count is not the number that landed.

    Args:
        writer: takes the finding.
        where: the session's id, or what else the count is about; it names no person.
        name: what is counted, in the plural: participants, records.
        printed: the vendor's count, None where it prints none.
        landed: the number that landed.
        most: where the vendor does not say how it counts, the number by the other way
            of counting: a count from `landed` to `most` is right.
    """
    upper = landed if most is None else max(landed, most)
    if printed is None or landed <= printed <= upper:
        return
    measured = f"{landed}" if upper == landed else f"{landed} to {upper}"
    more_or_fewer = "more" if printed < landed else "fewer"
    message = (
        f"it prints {printed:.0f} {name}, and {measured} landed: {more_or_fewer} than "
        "it says"
    )
    figures = {"where": where, "printed": printed, "landed": landed, "most": upper}
    writer.finding(f"total.{name}", message, figures)


def compare_length(
    writer: LoadWriter,
    where: str,
    printed_seconds: float | None,
    span: tuple[datetime | None, datetime | None],
    tolerance_seconds: float,
) -> None:
    """Record a finding where a meeting's printed duration is not from start to end.

    Args:
        writer: takes the finding.
        where: the session's id.
        printed_seconds: the vendor's duration, None where it prints none.
        span: the printed start and end; nothing is compared without one of them.
        tolerance_seconds: the largest difference that rounding can explain.
    """
    starts_at, ends_at = span
    if printed_seconds is None or starts_at is None or ends_at is None:
        return
    elapsed = (ends_at - starts_at).total_seconds()
    if abs(elapsed - printed_seconds) <= tolerance_seconds:
        return
    message = (
        f"it prints a duration of {printed_seconds:.0f} seconds, and {elapsed:.0f} lie "
        "between its start and its end"
    )
    figures = {"where": where, "printed": printed_seconds, "elapsed": elapsed}
    writer.finding("total.duration", message, figures)
