"""Numbers, dates and periods as people read them; the only place that rounds.

Words and months are in the reader's language. Grouping and currency are the
organisation's, whatever the reader's language: `set_organisation`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import floor, log10

from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_symbol

from tandem.core.wording import ENGLISH, current_language, plural_key, render

MINUS = "−"
IN_PERCENT = frozenset({"share", "part"})  # units
NO_BREAK = "\N{NO-BREAK SPACE}"

# Months are short where that is usual: CLDR's short Hindi ones are not in use.
DAY = {ENGLISH: "d MMM y"}
LONG_DAY = "d MMMM y"


@dataclass(frozen=True)
class Organisation:
    """How an organisation writes numbers.

    Attributes:
        locale: of [organisation] in tandem.toml, e.g. `en_IN`; empty where not set.
        currency: code (ISO 4217) in which costs are read; empty where not known.
    """

    locale: str = ""
    currency: str = ""

    @property
    def pattern(self) -> str:
        """How whole numbers are grouped: in India by thousand, lakh and crore."""
        is_indian = self.locale.replace("-", "_").upper().endswith("_IN")
        return "#,##,##0" if is_indian else "#,##0"


_organisation = Organisation()


def set_organisation(locale: str = "", currency: str = "") -> None:
    """Set how the organisation of this process writes numbers.

    Args:
        locale: e.g. `en_IN` or `hi_IN`, which group by lakh and crore; any other, and
            an empty one, groups by thousands.
        currency: code (ISO 4217), e.g. `INR`; empty where it is not known.
    """
    global _organisation
    _organisation = Organisation(locale, currency)


def count(number: float | None) -> str:
    """Return a whole number with separators, e.g. `32,593`; a dash for None."""
    return "–" if number is None else _grouped(number)


def _grouped(number: float, decimals: int = 0) -> str:
    """Return a rounded number in the groups of the organisation."""
    size = Decimal(f"{abs(number):.{decimals}f}")
    pattern = _organisation.pattern + (f".{'0' * decimals}" if decimals else "")
    text = format_decimal(size, pattern, locale=ENGLISH)
    return text if number >= 0 or not size else f"{MINUS}{text}"


def percent(share: float | None) -> str:
    """Return a share or a part of 1 as whole percent, e.g. `47%`; a dash for None."""
    return "–" if share is None else f"{of_hundred(share)}%"


def of_hundred(share: float) -> str:
    """Return a share or a part of 1 as a whole number of a hundred, e.g. `47`."""
    found = _whole(share)
    return str(found) if found >= 0 else f"{MINUS}{abs(found)}"


def _whole(share: float) -> int:
    """Round to a whole percent, but only exact 0 and 1 become 0 and 100."""
    points = round(100 * share)
    if points == 100 and share < 1:
        return 99
    return 1 if points == 0 and share > 0 else points


def points(difference: float) -> str:
    """Return the size of a difference of shares in points, e.g. `9 points`."""
    size = abs(round(100 * difference))
    return _with_unit(str(size), size, "share_points")


def size(difference: float, unit: str | None) -> str:
    """Return the size of a difference with its unit: `9 points`, `18 days`."""
    amount = abs(difference)
    return points(amount) if unit in IN_PERCENT else value(amount, unit)


def _with_unit(text: str, number: float, unit: str) -> str:
    """Return a number with its unit, in the number that the language asks for."""
    return render(plural_key(f"unit.{unit}", number), number=text)


def value(number: float | None, unit: str | None) -> str:
    """Return a value in its unit, one of those of seeds/kpis.csv; a dash for None."""
    if number is None:
        return "–"
    if unit in IN_PERCENT:
        return percent(number)
    if unit == "currency":
        return money(number)
    text, shown = _short(number)
    return _with_unit(text, shown, unit) if unit in {"days", "hours"} else text


def _short(number: float) -> tuple[str, float]:
    """Return a number with at most one decimal, as text and as shown: 1.0 is 1.

    A number that would become 0 keeps its first digit: only exact 0 is printed as 0.
    """
    shown = round(number, 1)
    if number and not shown:
        decimals = -floor(log10(abs(number)))
        return _grouped(number, decimals), round(number, decimals)
    if shown == int(shown):
        return _grouped(shown), int(shown)
    return _grouped(shown, 1), shown


def number_of(number: int, unit: str) -> str:
    """Return a whole number of things, e.g. `5 sessions`.

    Args:
        number: of them.
        unit: a key of `unit.*` in the wording.
    """
    return _with_unit(count(number), number, unit)


def money(number: float) -> str:
    """Return whole money with the currency of the organisation, e.g. `₹1,23,456`."""
    text = _grouped(number)
    if not _organisation.currency:
        return text
    symbol = get_currency_symbol(_organisation.currency, locale=ENGLISH)
    between = NO_BREAK if symbol.isalpha() else ""
    sign = MINUS if text.startswith(MINUS) else ""
    return f"{sign}{symbol}{between}{text.removeprefix(MINUS)}"


def span(low: float | None, high: float | None, unit: str | None) -> str:
    """Return a range in words, e.g. `46 to 48%`; empty where a limit is missing."""
    if low is None or high is None:
        return ""
    if unit in IN_PERCENT:
        if of_hundred(low) == of_hundred(high):
            return render("format.about", value=percent(low))
        return render("format.span", low=of_hundred(low), high=percent(high))
    first = unit if unit == "currency" else "ratio"
    return render("format.span", low=value(low, first), high=value(high, unit))


def day(moment: date | datetime | None) -> str:
    """Return e.g. `30 Sep 2026` (UTC for a moment); a dash for None."""
    if moment is None:
        return "–"
    language = current_language()
    return format_date(moment, DAY.get(language, LONG_DAY), locale=language)


def month(moment: date) -> str:
    """Return e.g. `Sep 2026`."""
    return format_date(moment, "MMM y", locale=current_language())


def quarter(label: str, fiscal_year_start_month: int) -> str:
    """Return `2026-Q2` as `Q2 2026`, or `Q2 FY26-27` where the year is fiscal."""
    year, number = label.split("-")
    if fiscal_year_start_month == 1:
        return f"{number} {year}"
    return f"{number} FY{int(year) % 100:02d}-{(int(year) + 1) % 100:02d}"
