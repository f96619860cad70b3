"""Years counted from the beginning of a reign or a republic, to years of our calendar.

HR lists of Japan print 令和2年4月1日 or R2.4.1, lists of Taiwan 民國113年4月1日.
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
_FIRST = "元"
_ERA = re.compile(
    rf"({'|'.join(_FIRST_YEARS)}|^[MTSHR])\s?({_FIRST}|\d{{1,3}})\s?[年./-]\s?"
    r"(\d{1,2})\s?[月./-]\s?(\d{1,2})(?!\d)日?"
)


def without_era(text: str) -> str:
    """Return a text with a day of an era as YYYY-MM-DD; any other text as it is.

    Raises:
        ValueError: it is no day of the calendar.
    """
    found = _ERA.search(text)
    if not found:
        return text
    era, year, month, day = found.groups()
    first = _FIRST_YEARS.get(era) or _LETTERS[era]
    count = 1 if year == _FIRST else int(year)
    on = date(first + count - 1, int(month), int(day))
    return f"{text[: found.start()]}{on.isoformat()}{text[found.end() :]}"


def is_of_era(text: str) -> bool:
    """Return whether a text names a day of an era."""
    return _ERA.search(text) is not None
