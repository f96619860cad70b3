"""The sentence of a comparison: a wording key with parameters, in English."""

from collections.abc import Iterable
from dataclasses import asdict

from comparison.cells import AUDIENCE
from comparison.design import COHORTS
from comparison.gates import Comparison
from comparison.results import ComparisonResult
from comparison.scope import PROGRAMME
from comparison.verdicts import DIFFERENT, HALF_A_POINT, Thresholds
from tandem.core.wording import render

MODES = ("sync", "async", "hybrid")
ONLY = {"sync": "all live", "async": "all self-paced", "hybrid": "all blended"}
CLEAR = {"difference", "ok_restricted"}
# Verdicts that have a sentence of their own for days.
TIMED = {*CLEAR, "emerging_difference", "equivalent_within_margin"}
MOST_DECIMALS = 4
MORE_IS = {"higher_better": "direction.better", "lower_better": "direction.worse"}


def mode_words(mode: str) -> str:
    """Return the word that pages use for a delivery mode."""
    return render(f"mode.{mode}") if mode in MODES else mode


def render_sentence(
    result: ComparisonResult, scope: str, thresholds: Thresholds
) -> tuple[str, str]:
    """Return wording key and sentence of a comparison.

    Args:
        result: with its verdict.
        scope: whom it is about, e.g. "Compliance and regulation" or "All categories".
        thresholds: of the gates, which refusals name.
    """
    found = result.found
    parameters = _subject(result, scope)
    if found.b is None:
        key = "verdict.one_mode"
        parameters["only"] = ONLY.get(found.a.mode, f"all {found.a.mode}")
        return key, render(key, **parameters)
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
    sentences = [
        _reversal(result, parameters),
        render(key, **parameters),
        _change(found),
        render("verdict.observed") if found.verdict in DIFFERENT else "",
    ]
    return key, " ".join(sentence for sentence in sentences if sentence)


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
    within = result.spec.comparable_within if result.spec else ""
    if found.verdict == "insufficient_programmes" and within == PROGRAMME:
        return f"{key}.programme"
    return key


def _change(found: Comparison) -> str:
    """Return what the quarter before said, in a sentence; else ''."""
    if found.change is None or found.verdict == "depends_on_unmatched":
        return ""
    if found.change == "new" and found.verdict not in CLEAR:
        return ""
    return render(f"verdict.change.{found.change}")


def method_note(result: ComparisonResult) -> str:
    """Return how the difference was estimated, in a sentence or two."""
    found = result.found
    if found.estimate is None:
        return render("method.none")
    how = render(f"method.{found.method}")
    if result.days is not None:
        span = " to ".join(f"{round(days)}" for days in sorted(set(result.days)))
        return f"{how} {render('method.days', days=span)}"
    return " ".join([how, *_held_equal(found)])


def _held_equal(found: Comparison) -> list[str]:
    """Return which attributes of people are held equal, and which are not known."""
    if not found.held_equal:
        return [render("method.nothing_held")]
    sentences = [render("method.held", names=_attributes(found.held_equal))]
    if found.not_known:
        names = _attributes(found.not_known)
        sentences.append(render("method.not_known", names=names))
    return sentences


def _attributes(names: Iterable[str]) -> str:
    """Return the words of attributes; an analyst's own are called as they are."""
    return ", ".join(
        render(f"attribute.{name}") if name in AUDIENCE else name for name in names
    )


def is_like_for_like(found: Comparison) -> bool:
    """Return whether anything that was known of people is held equal."""
    return bool(found.held_equal)


def _how(found: Comparison) -> str:
    """Return what is held equal, in a few words: like-for-like only if people are."""
    if is_like_for_like(found):
        return render("how.like_for_like")
    return render(f"how.{found.method}")


def amount(value: float, unit: str, decimals: int = 0, *, bare: bool = False) -> str:
    """Return a difference in words, in points for shares, else in the KPI's unit.

    The minus sign is used, not the hyphen; -0 is written as 0.

    Args:
        value: in the KPI's unit.
        unit: of the registry.
        decimals: digits after the point.
        bare: whether the unit is left out.
    """
    shown = round(100 * value if unit == "share" else value, decimals) + 0.0
    text = f"{shown:.{decimals}f}".replace("-", "−")
    if bare:
        return text
    words = "points" if unit == "share" else {"ratio": ""}.get(unit, unit)
    if abs(shown) == 1 and words.endswith("s"):
        words = words.removesuffix("s")
    return f"{text} {words}".strip()


def _subject(result: ComparisonResult, scope: str) -> dict[str, object]:
    name = result.kpi.kpi_name
    return {
        "scope": scope,
        "kpi": name[:1].lower() + name[1:],
        "people": result.kpi.population_words,
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
        "range_low": amount(low, unit, decimals, bare=True),
        "range_high": amount(high, unit, decimals),
    }
    ahead, behind = found.a.mode, found.b.mode
    if difference < 0:
        ahead, behind, low, high = behind, ahead, -high, -low
    return ranged | {
        "higher": mode_words(ahead),
        "lower": mode_words(behind),
        "difference": amount(abs(difference), unit, decimals),
        "low": amount(low, unit, decimals, bare=True),
        "high": amount(high, unit, decimals),
        "direction": _direction(result),
        "how": _how(found),
        "to_link": found.people_to_link,
        "detectable": amount(found.estimate.minimum_detectable, unit, decimals),
        "margin": amount(result.spec.margin, unit, decimals),
        "basis": _basis(found),
    }


def _direction(result: ComparisonResult) -> str:
    """Return whether more of the KPI is better or worse; '' where it is neither."""
    key = MORE_IS.get(result.kpi.direction)
    return f" ({render(key)})" if key else ""


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


def _basis(found: Comparison) -> str:
    assert found.b is not None
    count = found.a.programme_count
    key = f"basis.{found.method}"
    if found.method == COHORTS and count == 1:
        key = "basis.cohorts_of_one"
    return render(
        key,
        programmes=count,
        programmes_a=count,
        programmes_b=found.b.programme_count,
        cohorts_a=found.a.cohort_count,
        cohorts_b=found.b.cohort_count,
        mode_a=mode_words(found.a.mode),
        mode_b=mode_words(found.b.mode),
    )


def _care(result: ComparisonResult, thresholds: Thresholds) -> str:
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
        return ""
    return "".join(f" {render(key)}" for key in ("care.opening", *reasons))


def _meaning(result: ComparisonResult) -> str:
    shared = result.spec.comparable_within if result.spec else "nothing"
    return render(f"meaning.{shared}")


def _reversal(result: ComparisonResult, parameters: dict[str, object]) -> str:
    """Return the sentence that opens a result with a reversed direction; else ''."""
    found = result.found
    crude = found.crude_difference
    if not found.is_direction_flipped or crude is None or found.estimate is None:
        return ""
    if found.verdict == "depends_on_unmatched":
        return ""
    low, high = found.estimate.limits
    if found.verdict not in DIFFERENT and low <= crude <= high:
        return ""  # the lead that was seen is still possible
    names = (parameters["mode_a"], parameters["mode_b"])
    ahead, behind = names if crude > 0 else reversed(names)
    key = "verdict.flip" if found.verdict in CLEAR else "verdict.lead_gone"
    if found.verdict == "emerging_difference":
        key = "verdict.flip_emerging"
    unit = result.kpi.unit
    gap = amount(abs(crude), unit, _decimals(found, unit))
    return render(key, ahead=ahead, behind=behind, crude=gap, how=_how(found))
