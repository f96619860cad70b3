"""The sentence of an answer: a wording key and its parameters, rendered in English."""

from comparison.judge import ACROSS, COHORTS, PAIRED, Answer
from tandem.wording import render

MODES = {"sync": "Live", "async": "Self-paced", "hybrid": "Blended"}
ONLY = {"sync": "all live", "async": "all self-paced", "hybrid": "all blended"}
METHODS = {
    PAIRED: "method.paired",
    COHORTS: "method.cohorts",
    ACROSS: "method.across",
    "": "method.none",
}


def mode_words(mode: str) -> str:
    """Return the word that pages use for a delivery mode."""
    return MODES.get(mode, mode)


def worded(
    answer: Answer, kpi_name: str, unit: str, scope: str, least: dict[str, object]
) -> tuple[str, str]:
    """Return wording key and sentence of an answer.

    Args:
        answer: with its verdict.
        kpi_name: as the registry names it.
        unit: of the registry; shares are told in points.
        scope: whom it is about, e.g. "Compliance and regulation" or "all categories".
        least: thresholds that refusals name: k, programmes.
    """
    parameters: dict[str, object] = {
        "kpi": kpi_name[:1].lower() + kpi_name[1:],
        "scope": scope,
        "mode_a": mode_words(answer.a.mode),
        **least,
    }
    if answer.b is None:
        key = "verdict.one_mode"
        parameters["only"] = ONLY.get(answer.a.mode, f"all {answer.a.mode}")
        return key, render(key, **parameters)
    parameters |= {
        "mode_b": mode_words(answer.b.mode),
        "programmes_a": answer.a.programme_count,
        "programmes_b": answer.b.programme_count,
    }
    if answer.estimate is not None:
        parameters |= _numbers(answer, unit)
    key = f"verdict.{answer.verdict}"
    sentence = render(key, **parameters)
    if answer.is_direction_flipped and answer.crude_difference is not None:
        flip = {"crude": amount(answer.crude_difference, unit), **parameters}
        sentence = f"{render('verdict.flip', **flip)} {sentence}"
    return key, sentence


def _numbers(answer: Answer, unit: str) -> dict[str, object]:
    estimate = answer.estimate
    assert estimate is not None
    low, high = estimate.limits
    difference = estimate.difference
    ahead, behind = answer.a.mode, answer.b.mode if answer.b else ""
    if difference < 0:
        ahead, behind, low, high = behind, ahead, -high, -low
    return {
        "higher": mode_words(ahead),
        "lower": mode_words(behind),
        "difference": amount(abs(difference), unit),
        "low": amount(low, unit, bare=True),
        "high": amount(high, unit, bare=True),
        "detectable": amount(estimate.minimum_detectable, unit),
    }


def amount(value: float, unit: str, *, bare: bool = False) -> str:
    """Return a difference in words: whole points for shares, one decimal else."""
    if unit == "share":
        points = round(100 * value)
        words = "point" if abs(points) == 1 else "points"
        text = f"{points:d}".replace("-", "−")
        return text if bare else f"{text} {words}"
    text = f"{value:.1f}".replace("-", "−")
    return text if bare or unit in {"ratio", ""} else f"{text} {unit}"


def method_note(answer: Answer) -> str:
    """Return how the answer was found, in one sentence."""
    programmes = answer.a.programme_count
    return render(METHODS[answer.method], programmes=programmes)
