"""Responses of learners: the formats of interactions (2.4.4.1).

Servers must not judge a response by these, so nothing here refuses one: what does not
fit its format is kept as one text.
"""

import re
from dataclasses import dataclass

BETWEEN_ITEMS, INSIDE_PAIR, RANGE = "[,]", "[.]", "[:]"

_PREFIX = re.compile(
    r"\{(?=(?:case_matters|order_matters)=(?:true|false)\}|lang=)(\w+)=([\w-]+)\}",
    re.ASCII,
)
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII)
_TRUTH: dict[str | None, bool] = {"true": True, "false": False}
_LISTS = frozenset(["choice", "sequencing", "fill-in", "long-fill-in"])
_PAIRS = frozenset(["matching", "performance"])


@dataclass(frozen=True)
class Response:
    """One response, or one pattern of correct ones.

    Args:
        items: ids or texts, in order; the whole response as one where it is a likert,
            other or unreadable one.
        pairs: (source, target) of matching, (step, answer) of performance.
        is_true: of true-false.
        low: least number of a numeric range, or the number itself.
        high: greatest number of it, or the number itself.
        language: of the first of fill-in texts, as a tag.
        case_matters: whether letters' case counts; None where nothing is said.
        order_matters: whether the items' order counts; None where nothing is said.
    """

    items: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    is_true: bool | None = None
    low: float | None = None
    high: float | None = None
    language: str | None = None
    case_matters: bool | None = None
    order_matters: bool | None = None


def parse_interaction_response(interaction_type: str, text: str) -> Response:
    """Read a response, or a pattern of correct ones, by its interaction's type.

    Args:
        interaction_type: such as `choice`, as in the activity's definition.
        text: `result.response`, or an element of `correctResponsesPattern`.
    """
    if interaction_type == "true-false":
        is_true = _TRUTH.get(text)
        return Response((text,), is_true=is_true)
    if interaction_type == "numeric":
        low, high = _range(text)
        return Response((text,), low=low, high=high)
    if interaction_type in _LISTS | _PAIRS:
        return _listed(interaction_type, text)
    return Response((text,))


def _listed(interaction_type: str, text: str) -> Response:
    read = [_without_prefixes(item) for item in text.split(BETWEEN_ITEMS)]
    items = tuple(item for item, _prefixes in read) if text else ()
    prefixes = read[0][1]
    pairs: tuple[tuple[str, str], ...] = ()
    if interaction_type in _PAIRS:
        split = [item.partition(INSIDE_PAIR) for item in items]
        pairs = tuple((left, right) for left, middle, right in split if middle)
    return Response(
        items,
        pairs,
        language=prefixes.get("lang"),
        case_matters=_TRUTH.get(prefixes.get("case_matters")),
        order_matters=_TRUTH.get(prefixes.get("order_matters")),
    )


def _without_prefixes(item: str) -> tuple[str, dict[str, str]]:
    prefixes: dict[str, str] = {}
    while found := _PREFIX.match(item):
        prefixes[found.group(1)] = found.group(2)
        item = item[found.end() :]
    return item, prefixes


def _range(text: str) -> tuple[float | None, float | None]:
    """Return the ends of a numeric range; an open end is None."""
    low, middle, high = text.partition(RANGE)
    return _number(low), _number(high if middle else low)


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None
