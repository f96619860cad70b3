"""Numbers, dates and periods as people read them; the only place that rounds."""

from datetime import date, datetime

MINUS = "−"


def count(number: float | None) -> str:
    """Return a whole number with separators, e.g. `32,593`; a dash for None."""
    return "–" if number is None else f"{number:,.0f}".replace("-", MINUS)


def percent(share: float | None) -> str:
    """Return a share (0 to 1) as whole percent, e.g. `47%`."""
    return "–" if share is None else f"{_whole(share)}%"


def of_hundred(share: float) -> str:
    """Return a share (0 to 1) as a whole number of a hundred, e.g. `47`."""
    return str(_whole(share))


def _whole(share: float) -> int:
    """Round to a whole percent, but only exact 0 and 1 become 0 and 100."""
    points = round(100 * share)
    if points == 100 and share < 1:
        return 99
    return 1 if points == 0 and share > 0 else points


def points(difference: float, *, signed: bool = False) -> str:
    """Return a difference of shares in points, e.g. `9 points`, `+9`, `−3`."""
    whole = round(100 * difference)
    if signed:
        return f"{whole:+d}".replace("-", MINUS) if whole else "0"
    return f"{abs(whole)} {'point' if abs(whole) == 1 else 'points'}"


def value(number: float | None, unit: str | None) -> str:
    """Return a value in its unit (share, days, hours, currency, ratio, points)."""
    if number is None:
        return "–"
    if unit == "share":
        return percent(number)
    if unit == "currency":
        return f"{number:,.0f}"
    text = f"{number:,.1f}".removesuffix(".0").replace("-", MINUS)
    if unit in {"days", "hours"}:
        return f"{text} {unit.removesuffix('s') if text == '1' else unit}"
    return text


def difference(number: float | None, unit: str | None) -> str:
    """Return a signed difference in a KPI's unit; points where it is a share."""
    if number is None:
        return "–"
    if unit == "share":
        return points(number, signed=True)
    if unit == "currency":
        return f"{number:+,.0f}".replace("-", MINUS)
    return f"{number:+,.1f}".replace("-", MINUS)


def difference_words(number: float | None, unit: str | None) -> str:
    """Return a signed difference with its unit, e.g. `+9 points`, `−2.5 days`."""
    named = {"share": "points"} | {name: name for name in ("days", "hours", "points")}
    words = named.get(unit or "", "") if number is not None else ""
    return f"{difference(number, unit)} {words}".rstrip()


def span(low: float | None, high: float | None, unit: str | None) -> str:
    """Return a range in words, e.g. `46 to 48%`; empty where a limit is missing."""
    if low is None or high is None:
        return ""
    if unit == "share":
        same = of_hundred(low) == of_hundred(high)
        return (
            f"about {percent(low)}" if same else f"{of_hundred(low)} to {percent(high)}"
        )
    return f"{value(low, 'ratio')} to {value(high, unit)}"


def difference_span(low: float | None, high: float | None, unit: str | None) -> str:
    """Return a range of differences, e.g. `−3 to +7`; a dash without a limit."""
    if low is None or high is None:
        return "–"
    return f"{difference(low, unit)} to {difference(high, unit)}"


def day(moment: date | datetime | None) -> str:
    """Return e.g. `30 Sep 2026` (UTC for a moment); a dash for None."""
    return "–" if moment is None else f"{moment.day} {moment:%b %Y}"


def quarter(label: str, fiscal_year_start_month: int) -> str:
    """Return `2026-Q2` as `Q2 2026`, or `Q2 FY26-27` where the year is fiscal."""
    year, number = label.split("-")
    if fiscal_year_start_month == 1:
        return f"{number} {year}"
    return f"{number} FY{int(year) % 100:02d}-{(int(year) + 1) % 100:02d}"
