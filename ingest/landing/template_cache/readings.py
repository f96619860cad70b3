"""Compiled readings of values: which are UUIDs, plain timestamps, and numbers.

Each accepts no more than the kind of the same meaning in `kinds` does.
"""

# ruff: noqa: ANN001, ANN202, ANN201
from numba import njit

UUID_LENGTH = 36


@njit(nogil=True, cache=True)
def is_uuid(text, at):
    """Return whether 36 bytes are a UUID in small letters."""
    for place in range(UUID_LENGTH):
        c = text[at + place]
        if place == 8 or place == 13 or place == 18 or place == 23:
            if c != 45:
                return False
        elif not (48 <= c <= 57 or 97 <= c <= 102):
            return False
    return True


@njit(nogil=True, cache=True)
def _digits(text, at, count):
    """Return the number of some decimal digits, -1 where one is none."""
    value = 0
    for place in range(at, at + count):
        c = text[place]
        if c < 48 or c > 57:
            return -1
        value = value * 10 + (c - 48)
    return value


@njit(nogil=True, cache=True)
def _days(year, month, day):
    """Return the days since 1970-01-01 of a Gregorian date."""
    y = year - (1 if month <= 2 else 0)
    era = y // 400
    yoe = y - era * 400
    doy = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719468


@njit(nogil=True, cache=True)
def moment_of(text, begin, end):
    """Return a plain timestamp in microseconds since 1970, -1 where it is none.

    Plain is what the kind `timestamp` reads without the rules, of 1970 to 2099.
    """
    size = end - begin
    if size < 20 or size == 21 or size > 27 or text[end - 1] != 90:
        return -1
    year, month = _digits(text, begin, 4), _digits(text, begin + 5, 2)
    day, hour = _digits(text, begin + 8, 2), _digits(text, begin + 11, 2)
    minute, second = _digits(text, begin + 14, 2), _digits(text, begin + 17, 2)
    if (
        text[begin + 4] != 45
        or text[begin + 7] != 45
        or text[begin + 10] != 84
        or text[begin + 13] != 58
        or text[begin + 16] != 58
        or not (1970 <= year <= 2099 and 1 <= month <= 12 and day >= 1)
        or not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59)
    ):
        return -1
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = 31
    if month == 4 or month == 6 or month == 9 or month == 11:
        last = 30
    elif month == 2:
        last = 29 if is_leap else 28
    if day > last:
        return -1
    micros = 0
    if size > 20:
        places = size - 21
        if text[begin + 19] != 46:
            return -1
        micros = _digits(text, begin + 20, places)
        if micros < 0:
            return -1
        for _ in range(6 - places):
            micros *= 10
    seconds = ((_days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
    return seconds * 1_000_000 + micros


@njit(nogil=True, cache=True)
def letter_of(text, begin, end):
    """Return 0, 1, 2 for the letters I, W, F of a number, -1 where it is none."""
    p = begin
    if p < end and text[p] == 45:
        p += 1
    if p >= end or text[p] < 48 or text[p] > 57:
        return -1
    if text[p] == 48:
        p += 1
    else:
        while p < end and 48 <= text[p] <= 57:
            p += 1
    if p == end:
        return 0
    if end - p == 2 and text[p] == 46 and text[p + 1] == 48:
        return 1
    if text[p] == 46:
        p += 1
        first = p
        while p < end and 48 <= text[p] <= 57:
            p += 1
        if p == first:
            return -1
    if p < end and (text[p] == 101 or text[p] == 69):
        p += 1
        if p < end and (text[p] == 43 or text[p] == 45):
            p += 1
        first = p
        while p < end and 48 <= text[p] <= 57:
            p += 1
        if p == first:
            return -1
    return 2 if p == end else -1
