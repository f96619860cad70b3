"""The sentence of a comparison: a wording key with parameters, in English."""

from comparison.design import COHORTS
from comparison.gates import Comparison
from comparison.results import ComparisonResult
from comparison.verdicts import Thresholds
from tandem.core.wording import render

MODES = ("sync", "async", "hybrid")
ONLY = {"sync": "all live", "async": "all self-paced", "hybrid": "all blended"}
CLEAR = {"difference", "ok_restricted"}
TIMED = {*CLEAR, "equivalent_within_margin"}  # have a sentence of their own for days


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
    if found.estimate is not None:
        parameters |= _numbers(result) | {"care": _care(result, thresholds)}
    key = f"verdict.{found.verdict}"
    if result.days is not None and found.verdict in TIMED:
        key = f"{key}.days"
    return key, f"{_reversal(result, parameters)}{render(key, **parameters)}"


def method_note(result: ComparisonResult) -> str:
    """Return how the difference was estimated, in a sentence or two."""
    found = result.found
    if found.estimate is None:
        return render("method.none")
    how = render(f"method.{found.method}")
    if result.days is not None:
        span = " to ".join(f"{round(days)}" for days in sorted(set(result.days)))
        return f"{how} {render('method.days', days=span)}"
    return f"{how} {render('method.audience')}"


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
        "high": amount(high, unit, decimals, bare=True),
        "detectable": amount(found.estimate.minimum_detectable, unit, decimals),
        "margin": amount(result.spec.margin, unit, decimals),
        "basis": _basis(found),
    }


def _decimals(found: Comparison, unit: str) -> int:
    """Return 0 decimals for points, 1 where a limit would otherwise be rounded to 0."""
    if found.estimate is None or unit != "share":
        return 1
    return 1 if min(abs(limit) for limit in found.estimate.limits) < 0.005 else 0


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
    """Return why a difference is to be read with care."""
    support = result.found.support
    reasons = []
    if result.spec is not None and result.spec.is_base_selected:
        reasons.append("care.base")
    if support is not None and support.overlap_share < thresholds.overlap_ok:
        reasons.append("care.overlap")
    if support is not None and (support.largest_smd or 0.0) > thresholds.smd_care:
        reasons.append("care.balance")
    return " ".join(render(reason) for reason in reasons)


def _meaning(result: ComparisonResult) -> str:
    shared = result.spec.comparable_within if result.spec else "nothing"
    return render(f"meaning.{shared}")


def _reversal(result: ComparisonResult, parameters: dict[str, object]) -> str:
    """Return the sentence that opens a result with a reversed direction; else ''."""
    found = result.found
    if not found.is_direction_flipped or found.crude_difference is None:
        return ""
    crude = found.crude_difference
    names = (parameters["mode_a"], parameters["mode_b"])
    ahead, behind = names if crude > 0 else reversed(names)
    key = "verdict.flip" if found.verdict in CLEAR else "verdict.lead_gone"
    unit = result.kpi.unit
    gap = amount(abs(crude), unit, 0 if unit == "share" else 1)
    return render(key, ahead=ahead, behind=behind, crude=gap) + " "
