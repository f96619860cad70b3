"""The sentence of an answer: a wording key and its parameters, rendered in English."""

from comparison.design import COHORTS
from comparison.judge import Answer
from comparison.questions import Asked
from comparison.verdicts import Thresholds
from tandem.wording import render

MODES = ("sync", "async", "hybrid")
ONLY = {"sync": "all live", "async": "all self-paced", "hybrid": "all blended"}
CLEAR = {"difference", "ok_restricted"}
TIMED = {*CLEAR, "equivalent_within_margin"}  # told otherwise of times


def mode_words(mode: str) -> str:
    """Return the word that pages use for a delivery mode."""
    return render(f"mode.{mode}") if mode in MODES else mode


def worded(asked: Asked, scope: str, limits: Thresholds) -> tuple[str, str]:
    """Return wording key and sentence of an answer.

    Args:
        asked: with its verdict.
        scope: whom it is about, e.g. "Compliance and regulation" or "All categories".
        limits: thresholds, which refusals name.
    """
    found = asked.found
    parameters = _subject(asked, scope)
    if found.b is None:
        key = "verdict.one_mode"
        parameters["only"] = ONLY.get(found.a.mode, f"all {found.a.mode}")
        return key, render(key, **parameters)
    parameters |= {
        "mode_b": mode_words(found.b.mode),
        "programmes_a": found.a.programme_count,
        "programmes_b": found.b.programme_count,
        "k": limits.fewest_people,
        "programmes": limits.fewest_programmes,
        "meaning": _meaning(asked),
    }
    if found.estimate is not None:
        parameters |= _numbers(asked) | {"care": _care(asked, limits)}
    key = f"verdict.{found.verdict}"
    if asked.days is not None and found.verdict in TIMED:
        key = f"{key}.days"
    return key, f"{_flip(asked, parameters)}{render(key, **parameters)}"


def method_note(asked: Asked) -> str:
    """Return how the answer was found, in a sentence or two."""
    found = asked.found
    if found.estimate is None:
        return render("method.none")
    how = render(f"method.{found.method}")
    if asked.days is not None:
        span = " to ".join(f"{round(days)}" for days in sorted(set(asked.days)))
        return f"{how} {render('method.days', days=span)}"
    return f"{how} {render('method.audience')}"


def amount(value: float, unit: str, decimals: int = 0, *, bare: bool = False) -> str:
    """Return a difference in words: points for shares, the KPI's unit else.

    A minus is the sign, not the hyphen; -0 is 0.
    """
    shown = round(100 * value if unit == "share" else value, decimals) + 0.0
    text = f"{shown:.{decimals}f}".replace("-", "−")
    if bare:
        return text
    words = "points" if unit == "share" else {"ratio": ""}.get(unit, unit)
    if abs(shown) == 1 and words.endswith("s"):
        words = words.removesuffix("s")
    return f"{text} {words}".strip()


def _subject(asked: Asked, scope: str) -> dict[str, object]:
    name = asked.kpi["kpi_name"]
    return {
        "scope": scope,
        "kpi": name[:1].lower() + name[1:],
        "people": asked.kpi["population_words"],
        "mode_a": mode_words(asked.found.a.mode),
    }


def _numbers(asked: Asked) -> dict[str, object]:
    """Return the difference told from the higher mode, and what it rests on."""
    found, unit = asked.found, asked.kpi["unit"]
    assert found.estimate is not None
    assert found.b is not None
    assert asked.question is not None
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
        "margin": amount(asked.question.margin, unit, decimals),
        "basis": _basis(found),
    }


def _decimals(found: Answer, unit: str) -> int:
    """Return 0 decimals for points, 1 where a limit would else be rounded to 0."""
    if found.estimate is None or unit != "share":
        return 1
    return 1 if min(abs(limit) for limit in found.estimate.limits) < 0.005 else 0


def _basis(found: Answer) -> str:
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


def _care(asked: Asked, limits: Thresholds) -> str:
    """Return why a difference is to be read with care."""
    ground = asked.found.ground
    reasons = []
    if asked.question is not None and asked.question.is_base_selected:
        reasons.append("care.base")
    if ground is not None and ground.overlap_share < limits.overlap_ok:
        reasons.append("care.overlap")
    if ground is not None and (ground.largest_smd or 0.0) > limits.smd_care:
        reasons.append("care.balance")
    return " ".join(render(reason) for reason in reasons)


def _meaning(asked: Asked) -> str:
    shared = asked.question.must_share if asked.question else "nothing"
    return render(f"meaning.{shared}")


def _flip(asked: Asked, parameters: dict[str, object]) -> str:
    """Return what is said first where the crude difference points the other way."""
    found = asked.found
    if not found.is_direction_flipped or found.crude_difference is None:
        return ""
    crude = found.crude_difference
    names = (parameters["mode_a"], parameters["mode_b"])
    ahead, behind = names if crude > 0 else reversed(names)
    key = "verdict.flip" if found.verdict in CLEAR else "verdict.lead_gone"
    gap = amount(
        abs(crude), asked.kpi["unit"], 0 if asked.kpi["unit"] == "share" else 1
    )
    return render(key, ahead=ahead, behind=behind, crude=gap) + " "
