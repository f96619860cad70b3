"""Convert days of other calendars: Japanese eras, Republic of China, Buddhist years.

HR lists of Japan print 令和2年4月1日 or R2.4.1, lists of Taiwan 民國113年4月1日. Babel
has no parser for these calendars.
"""

import re
from datetime import date

_FIRST_YEARS = {
    "明治": 1868,
    "大正": 1912,
    "昭和": 1926,
    "平成": 1989,
    "令和": 2019,
    "民國": 1912,
    "民国": 1912,
}
_LETTERS = dict(zip("MTSHR", _FIRST_YEARS.values(), strict=False))
_BUDDHIST_YEARS = range(2500, 2700)
_BUDDHIST_OFFSET_YEARS = 543
_FIRST = "元"  # printed instead of 1 for the first year of an era
_ERA = re.compile(
    rf"({'|'.join(_FIRST_YEARS)}|^[MTSHR])\s?({_FIRST}|\d{{1,3}})\s?[年./-]\s?"
    r"(\d{1,2})\s?[月./-]\s?(\d{1,2})(?!\d)日?"
)


def without_era(text: str) -> str:
    """Return a text with its era day as YYYY-MM-DD; any other text unchanged.

    Raises:
        ValueError: the day does not exist.
    """
    match = _ERA.search(text)
    if not match:
        return text
    era, year, month, day = match.groups()
    first = _FIRST_YEARS.get(era) or _LETTERS[era]
    count = 1 if year == _FIRST else int(year)
    on = date(first + count - 1, int(month), int(day))
    return f"{text[: match.start()]}{on.isoformat()}{text[match.end() :]}"


def is_of_era(text: str) -> bool:
    """Return whether a text holds a day of an era."""
    return _ERA.search(text) is not None


def gregorian_year(year: int) -> int:
    """Return a year of the Gregorian calendar; Thai exports count Buddhist years: 2568.

    Raises:
        ValueError: it is no year of either calendar that a report can be of.
    """
    if year in _BUDDHIST_YEARS:
        return year - _BUDDHIST_OFFSET_YEARS
    if year not in range(1900, 2200):
        raise ValueError(f"{year} is no year of this calendar")
    return year
