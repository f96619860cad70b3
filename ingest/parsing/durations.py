"""Printed durations in the languages that exports use, to seconds."""

import re

_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]+)\.?", re.UNICODE)
_CLOCK = re.compile(r"^(?:(\d+):)?(\d{1,2}):(\d{2})$")

# The first letters decide: h, hr, hours, heures, horas, ore, godz, Std, uur, jam ...
_UNITS = {
    3600: ("h", "hr", "std", "godz", "uur", "u", "ora", "ore", "jam", "j"),
    60: ("m", "min", "minute", "minut", "menit"),
    1: ("s", "sec", "sek", "seg", "detik"),
}
# Turkish, the Nordic and Baltic languages, Czech, Hungarian, Romanian, Vietnamese;
# Cyrillic, Greek, Hebrew, Arabic, Thai, Chinese, Japanese, Korean.
_FURTHER_UNITS = {
    3600: "sa tim t óra ó oră val st giờ ч год ώρ ώ שע ساع س ชม 时 小时 小時 時間 시간",
    60: "dk dak perc p phút мин хв м λεπ λ דק د دق นา 分 分钟 分鐘 분",
    1: "sn san mp másodperc giây с δευ δ שנ ث ثا ว 秒 초",
}
_FURTHER = {seconds: tuple(words.split()) for seconds, words in _FURTHER_UNITS.items()}


def seconds_of(text: str) -> float:
    """Return the seconds of a duration such as `1h 41m`, `2 godz. 18 min 8 s`, `32:14`.

    Raises:
        ValueError: a part of it is in no known unit, or there is none.
    """
    text = text.strip().lower()
    if clock := _CLOCK.match(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return float(hours * 3600 + minutes * 60 + seconds)
    parts = _PART.findall(text)
    if not parts:
        raise ValueError(f"no duration in {text!r}")
    return sum(float(number.replace(",", ".")) * _unit(word) for number, word in parts)


def _unit(word: str) -> int:
    for known in (_FURTHER, _UNITS):
        for seconds, names in known.items():
            if word in names:
                return seconds
    for known in (_UNITS, _FURTHER):
        for seconds, names in known.items():
            if any(word.startswith(n) for n in names if len(n) > 1):
                return seconds
    if word[0] in "hms":
        return {"h": 3600, "m": 60, "s": 1}[word[0]]
    raise ValueError(f"no such unit of time: {word}")
