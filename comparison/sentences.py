"""The sentences of a comparison: wording keys with parameters, and in English."""

from collections.abc import Iterable
from dataclasses import asdict

from comparison.amounts import amount_words
from comparison.cells import AUDIENCE
from comparison.design import COHORTS
from comparison.gates import Comparison
from comparison.results import ALL, ComparisonResult
from comparison.scope import PROGRAMME
from comparison.verdicts import DIFFERENT, HALF_A_POINT, Thresholds
from tandem.core.wording import ENGLISH, Words, parameters_of, render_words

MODES = ("sync", "async", "hybrid")
ALL_SCOPE = Words("scope.all_categories")
CLEAR = {"difference", "ok_restricted"}
# Verdicts that have a sentence of their own for days.
TIMED = {*CLEAR, "emerging_difference", "equivalent_within_margin"}
MOST_DECIMALS = 4
MORE_IS = {"higher_better": "direction.better", "lower_better": "direction.worse"}


def mode_words(mode: str) -> Words | str:
    """Return the words that pages use for a delivery mode."""
    return Words(f"mode.{mode}") if mode in MODES else mode


def scope_words(category: str, label: str) -> Words:
    """Return the words for what a comparison is about.

    Args:
        category: the outcome category, or `all`.
        label: of the category, in English.
    """
    return ALL_SCOPE if category == ALL else Words(f"category.{category}", {}, label)


def render_sentence(
    result: ComparisonResult, scope: Words | str, thresholds: Thresholds
) -> tuple[str, str]:
    """Return wording key and sentence of a comparison, in English.

    Args: as `sentence_words`.
    """
    key, sentences = sentence_words(result, scope, thresholds)
    return key, in_english(sentences)


def in_english(sentences: Iterable[Words]) -> str:
    """Return sentences as one text."""
    return " ".join(render_words(sentence, ENGLISH) for sentence in sentences)


def sentence_words(
    result: ComparisonResult, scope: Words | str, thresholds: Thresholds
) -> tuple[str, tuple[Words, ...]]:
    """Return the wording key of a comparison, and its sentences for any language.

    Args:
        result: with its verdict.
        scope: what it is about, e.g. the words of an outcome category.
        thresholds: of the gates, which refusals name.
    """
    found = result.found
    parameters = _subject(result, scope)
    if found.b is None:
        key = "verdict.one_mode"
        is_known = found.a.mode in MODES
        only = Words(f"only.{found.a.mode}") if is_known else found.a.mode
        said = {"scope": scope, "only": only}
        return key, (Words(key, said),)
    parameters |= {
        "mode_b": mode_words(found.b.mode),
        "programmes_a": found.a.programme_count,
        "programmes_b": found.b.programme_count,
        "k": thresholds.fewest_people,
        "programmes": thresholds.fewest_programmes,
        "meaning": _meaning(result),
    }
    if found.supply is not None:
        parameters |= asdict(found.supply)
    if found.estimate is not None:
        parameters |= _numbers(result) | {"care": _care(result, thresholds)}
    key = _key(result)
    # Only what the sentence says is kept: the other counts may be those of few people.
    said = {name: parameters[name] for name in parameters_of(key)}
    sentences = (
        _reversal(result, parameters),
        Words(key, said),
        _change(found),
        Words("verdict.observed") if found.verdict in DIFFERENT else None,
    )
    return key, tuple(sentence for sentence in sentences if sentence is not None)


def _key(result: ComparisonResult) -> str:
    """Return the wording key of a comparison of two modes."""
    found = result.found
    key = f"verdict.{found.verdict}"
    if result.days is not None and found.verdict in TIMED:
        return f"{key}.days"
    is_equivalent = (
        found.estimate is not None
        and result.spec is not None
        and found.estimate.is_inside(result.spec.margin)
    )
    if found.verdict == "depends_on_unmatched" and is_equivalent:
        return f"{key}.equivalent"
    if found.is_constant:
        return f"{key}.constant"
    within = result.spec.comparable_within if result.spec else ""
    if found.verdict == "insufficient_programmes" and within == PROGRAMME:
        return f"{key}.programme"
    return key


def _change(found: Comparison) -> Words | None:
    """Return what the quarter before said, in a sentence."""
    if found.change is None or found.verdict == "depends_on_unmatched":
        return None
    if found.change == "new" and found.verdict not in CLEAR:
        return None
    return Words(f"verdict.change.{found.change}")


def method_note(result: ComparisonResult) -> str:
    """Return how the difference was estimated, in a sentence or two, in English."""
    return in_english(method_words(result))


def method_words(result: ComparisonResult) -> tuple[Words, ...]:
    """Return how the difference was estimated, in a sentence or two."""
    found = result.found
    if found.estimate is None:
        return (Words("method.none"),)
    how = Words(f"method.{found.method}")
    if result.days is not None:
        days = sorted({round(days) for days in result.days})
        span = Words("format.span", {"low": days[0], "high": days[-1]})
        return how, Words("method.days", {"days": days[0] if len(days) == 1 else span})
    return how, *_held_equal(found)


def _held_equal(found: Comparison) -> list[Words]:
    """Return which attributes of people are held equal, and which are not known."""
    if not found.held_equal:
        return [Words("method.nothing_held")]
    sentences = [Words("method.held", {"names": _attributes(found.held_equal)})]
    if found.not_known:
        names = _attributes(found.not_known)
        sentences.append(Words("method.not_known", {"names": names}))
    return sentences


def _attributes(names: Iterable[str]) -> Words | str:
    """Return the words of attributes; an analyst's own are called as they are."""
    parts = [Words(f"attribute.{name}") if name in AUDIENCE else name for name in names]
    listed: Words | str = parts[-1]
    for part in reversed(parts[:-1]):
        listed = Words("format.list", {"first": part, "rest": listed})
    return listed


def is_like_for_like(found: Comparison) -> bool:
    """Return whether anything that was known of people is held equal."""
    return bool(found.held_equal)


def _how(found: Comparison) -> Words:
    """Return what is held equal, in a few words: like-for-like only if people are."""
    name = "like_for_like" if is_like_for_like(found) else found.method
    return Words(f"how.{name}")


def _subject(result: ComparisonResult, scope: Words | str) -> dict[str, object]:
    kpi, name = f"kpi.{result.kpi.kpi_id}", result.kpi.kpi_name
    return {
        "scope": scope,
        "kpi": Words(f"{kpi}.name", {}, name[:1].lower() + name[1:]),
        "people": Words(f"{kpi}.population", {}, result.kpi.population_words),
        "mode_a": mode_words(result.found.a.mode),
    }


def _numbers(result: ComparisonResult) -> dict[str, object]:
    """Return the difference as higher minus lower mode, and what it is based on."""
    found, unit = result.found, result.kpi.unit
    assert found.estimate is not None
    assert found.b is not None
    assert result.spec is not None
    (low, high), difference = found.estimate.limits, found.estimate.difference
    if unit == "share":
        low, high = max(low, -1.0), min(high, 1.0)  # a share cannot differ by more
    decimals = _decimals(found, unit)
    ranged = {
        "range_low": amount_words(low, unit, decimals, bare=True),
        "range_high": amount_words(high, unit, decimals),
    }
    ahead, behind = found.a.mode, found.b.mode
    if difference < 0:
        ahead, behind, low, high = behind, ahead, -high, -low
    return ranged | {
        "higher": mode_words(ahead),
        "lower": mode_words(behind),
        "difference": amount_words(abs(difference), unit, decimals),
        "low": amount_words(low, unit, decimals, bare=True),
        "high": amount_words(high, unit, decimals),
        "direction": _direction(result),
        "how": _how(found),
        "to_link": found.people_to_link,
        "detectable": amount_words(found.estimate.minimum_detectable, unit, decimals),
        "margin": amount_words(result.spec.margin, unit, decimals),
        "basis": _basis(found),
    }


def _direction(result: ComparisonResult) -> tuple[Words | str, ...] | str:
    """Return whether more of the KPI is better or worse; '' where it is neither."""
    key = MORE_IS.get(result.kpi.direction)
    if key is None:
        return ""
    return ("", Words("direction.beside", {"direction": Words(key)}))


def _decimals(found: Comparison, unit: str) -> int:
    """Return how many decimals keep a limit apart from 0: points have 0 or 1."""
    if found.estimate is None:
        return 0 if unit == "share" else 1
    least = min(abs(limit) for limit in found.estimate.limits)
    if unit == "share":
        return 1 if least < HALF_A_POINT else 0
    decimals = 1
    while decimals < MOST_DECIMALS and least and round(least, decimals) == 0:
        decimals += 1
    return decimals


def _basis(found: Comparison) -> Words:
    assert found.b is not None
    count = found.a.programme_count
    key = f"basis.{found.method}"
    if found.method == COHORTS and count == 1:
        key = "basis.cohorts_of_one"
    counts: dict[str, object] = {
        "programmes": count,
        "programmes_a": count,
        "programmes_b": found.b.programme_count,
        "cohorts_a": found.a.cohort_count,
        "cohorts_b": found.b.cohort_count,
        "mode_a": mode_words(found.a.mode),
        "mode_b": mode_words(found.b.mode),
    }
    return Words(key, {name: counts[name] for name in parameters_of(key)})


def _care(result: ComparisonResult, thresholds: Thresholds) -> tuple[Words | str, ...]:
    """Return why a result is to be read with care, as sentences that follow others."""
    support = result.found.support
    reasons = []
    if result.spec is not None and result.spec.is_base_selected:
        reasons.append("care.base")
    if support is not None and support.overlap_share < thresholds.overlap_ok:
        reasons.append("care.overlap")
    if support is not None and (support.largest_smd or 0.0) > thresholds.smd_care:
        reasons.append("care.balance")
    if not reasons:
        return ()
    return ("", *[Words(key) for key in ("care.opening", *reasons)])


def _meaning(result: ComparisonResult) -> Words:
    shared = result.spec.comparable_within if result.spec else "nothing"
    return Words(f"meaning.{shared}")


def _reversal(result: ComparisonResult, parameters: dict[str, object]) -> Words | None:
    """Return the sentence that opens a result with a reversed direction."""
    found = result.found
    crude = found.crude_difference
    if not found.is_direction_flipped or crude is None or found.estimate is None:
        return None
    if found.verdict == "depends_on_unmatched":
        return None
    low, high = found.estimate.limits
    if found.verdict not in DIFFERENT and low <= crude <= high:
        return None  # the gap that was seen is still possible
    names = (parameters["mode_a"], parameters["mode_b"])
    ahead, behind = names if crude > 0 else reversed(names)
    key = "verdict.flip" if found.verdict in CLEAR else "verdict.gap_gone"
    if found.verdict == "emerging_difference":
        key = "verdict.flip_emerging"
    if result.days is not None:
        key = f"{key}.days"
    unit = result.kpi.unit
    gap = amount_words(abs(crude), unit, _decimals(found, unit))
    parts = {"ahead": ahead, "behind": behind, "crude": gap}
    return Words(key, parts | {"how": _how(found)})
