"""Compare two delivery modes on an analyst's own rows, by the same gates and words.

`compare` takes any frame or SQL result. What each column means is said by arguments;
the rows become the cells that the product's own comparisons are made from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from comparison.cells import AUDIENCE
from comparison.gates import Comparison, compare_modes, with_final_verdict
from comparison.inputs import ImpossibleInput, check_text, record_of, switch
from comparison.own_checks import (
    check_definitions,
    check_size,
    check_words,
    names_of,
    two_modes,
)
from comparison.own_rows import (
    Columns,
    cells_from,
    fewest_learners,
    rows_of,
    with_known,
)
from comparison.reading import Kpi, current_thresholds
from comparison.results import ComparisonResult
from comparison.scope import ComparisonSpec, scope_of
from comparison.sentences import method_note, render_sentence
from comparison.strength import strength_of
from comparison.verdicts import Thresholds
from comparison.windows import Window
from tandem.core.files import Home
from tandem.core.settings import Settings

SHARE, PLAIN = "share", "ratio"  # units: in points; a number without a unit
NO_WINDOW = Window(date.min, date.min, 0)


@dataclass(frozen=True)
class Answer:
    """What a comparison of two modes found.

    Differences are mode_a minus mode_b, in the unit of the value (a share is 0 to 1),
    and None where the verdict is a refusal.

    Attributes:
        mode_a, mode_b: the two modes.
        verdict: a verdict code, as in seeds/verdicts.csv.
        sentence: the verdict in words.
        method: how the difference was estimated, and what was held equal.
        difference: like-for-like where attributes are held equal.
        low, high: its interval at the level of one look.
        crude: the difference of all rows, nothing adjusted.
        p_value: two-sided, programmes (or cohorts) being the units.
        detectable: difference that these data detect with a power of 80 %.
        strength: of the evidence, in a word.
        programmes, cohorts, people: in each mode; those compared, or all after a
            refusal.
        overlap: share of the people who have counterparts in the other mode.
        held_equal, not_known: attributes that are held equal, and that are known of too
            few people.
        comparison: everything that the gates found; `before` takes answers of earlier
            looks.
    """

    mode_a: str
    mode_b: str
    verdict: str
    sentence: str
    method: str
    difference: float | None
    low: float | None
    high: float | None
    crude: float | None
    p_value: float | None
    detectable: float | None
    strength: str
    programmes: tuple[int, int]
    cohorts: tuple[int, int]
    people: tuple[int, int]
    overlap: float | None
    held_equal: tuple[str, ...]
    not_known: tuple[str, ...]
    comparison: Comparison


def compare(
    data: object,
    *,
    programme: str,
    mode: str,
    value: str | None = None,
    numerator: str | None = None,
    denominator: str | None = None,
    learner: str | None = None,
    cohort: str | None = None,
    category: str | None = None,
    definition: str | None = None,
    attributes: Sequence[str] = (),
    modes: tuple[str, str] | None = None,
    name: str = "The value",
    about: str = "everyone in the data",
    unit: str | None = None,
    direction: str = "context",
    margin: float | None = None,
    is_base_selected: bool = False,
    before: Sequence["Answer"] = (),
    thresholds: Thresholds | None = None,
) -> Answer:
    """Compare two delivery modes on rows of your own.

    Programmes that ran in both modes are compared with themselves. Other programmes are
    compared only inside a category. The programme is the unit: rows of one programme
    are not independent, and intervals are those of `paired_difference` and
    `unpaired_difference` (Pustejovsky and Tipton 2018). It misleads where more than the
    mode changed; attributes must have been known before the programme began.

    Args:
        data: a polars, pandas or arrow frame, a DuckDB result, or a mapping of column
            names to values; a row per person, or per group of people.
        programme: column of the programme.
        mode: column of the delivery mode.
        value: column of a person's value: true or false, 0 or 1, or a number; or
            instead of it, numerator and denominator:
        numerator: column of how many of a row's people had a yes.
        denominator: column of how many people a row is about.
        learner: column of the person, where one may have several rows.
        cohort: column of the cohort; without it, a programme has one in each mode.
        category: column of what the programme is for. Without it, only programmes that
            ran in both modes are compared.
        definition: column of what the value means in a programme, such as its rule for
            finishing; programmes are compared only where it is the same.
        attributes: columns of what was known of the people before; at most five.
        modes: which two; needed where there are more. The difference is the first minus
            the second.
        name: what the value is called in the sentence.
        about: whom the sentence is about.
        unit: of the value, such as "days"; a share is recognised by its values.
        direction: "higher_better", "lower_better" or "context".
        margin: largest difference that changes no decision, in the value's unit;
            without it 3 points of a share, or a tenth of the mean.
        is_base_selected: whether who is counted depends on what people did after they
            began.
        before: answers of earlier looks at the same question, the oldest first. A
            difference is called clear at the second look in a row.
        thresholds: of the gates; without them, those in force.

    Raises:
        ImpossibleInput: a column is missing or has gaps, there are not two modes, a
            programme has two definitions, an argument cannot be understood, or the
            values do not vary inside programmes.
    """
    attributes = names_of("attributes", attributes)
    columns = Columns(
        programme, mode, value, numerator, denominator, learner, cohort, category,
        definition, attributes,
    )  # fmt: skip
    texts = columns.named() | {"name": name, "about": about, "unit": unit or ""}
    for argument, text in texts.items():
        check_text(argument, text)
    if thresholds is not None:
        record_of("thresholds", thresholds, Thresholds)
    switch("is_base_selected", is_base_selected)
    check_words(direction, margin)
    rows = rows_of(data, columns)
    check_definitions(rows, columns)
    mode_a, mode_b = two_modes(rows, columns, modes)
    earlier = _earlier(before, (mode_a, mode_b))
    rows = rows.filter(pl.col("delivery_mode").is_in([mode_a, mode_b]))
    settings = Settings.load(Home.from_environment())
    limits = thresholds or current_thresholds(settings)
    is_share = bool((rows["value_sum"] == rows["value_sum_of_squares"]).all())
    kpi = Kpi(
        kpi_id=name,
        kpi_name=name,
        unit=unit or (SHARE if is_share else PLAIN),
        margin=margin,
        population_words=about,
        anchor="",
        comparable_within="completion_class" if definition else "nothing",
        is_base_selected=is_base_selected,
        estimator="cell_mean",
        base_kpi=None,
        direction=direction,
    )
    usual = float(rows["value_sum"].sum() / rows["denominator"].sum())
    spec = ComparisonSpec(
        kpi_id=name,
        margin=kpi.margin_for(usual, float(settings.vars["margin"])),
        comparable_within=kpi.comparable_within,
        mode_a=mode_a,
        mode_b=mode_b,
        is_base_selected=is_base_selected,
    )
    check_size(rows, columns)
    rows = with_known(rows, (mode_a, mode_b), limits.attribute_known_least)
    classes = dict(rows.select("programme_id", "definition").unique().iter_rows())
    found = compare_modes(spec, scope_of(cells_from(rows)), classes, limits)
    if learner is not None and fewest_learners(rows) < limits.fewest_people:
        found = Comparison(found.a, found.b, "suppressed")
    if found.is_constant:
        raise ImpossibleInput(
            "all values of a programme are equal in each mode",
            f"value={value!r}",
            "give a row per person; equal values alone are not certain",
        )
    if found.estimate is not None:
        p_value = found.estimate.p_value
        found = with_final_verdict(found, spec, p_value, limits, earlier)
    named = _named(found, dict(zip(AUDIENCE, attributes, strict=False)))
    result = ComparisonResult(spec, "all", NO_WINDOW, kpi, named)
    return _answer(result, limits)


def _earlier(before: object, modes: tuple[str, str]) -> list[Comparison]:
    """Return what the gates found at earlier looks at the same two modes."""
    words = "give a list of answers of compare, the oldest first"
    if not isinstance(before, list | tuple):
        raise ImpossibleInput("it is no list", "before", words)
    for answer in before:
        record_of("before", answer, Answer)
        if (answer.mode_a, answer.mode_b) != modes:
            found = f"{answer.mode_a} and {answer.mode_b}"
            raise ImpossibleInput(f"an answer compares {found}", "before", words)
    return [answer.comparison for answer in before]


def _named(found: Comparison, names: Mapping[str, str]) -> Comparison:
    """Return the comparison with the analyst's own names of the attributes."""
    return replace(
        found,
        held_equal=tuple(names[slot] for slot in found.held_equal if slot in names),
        not_known=tuple(names[slot] for slot in found.not_known if slot in names),
    )


def _answer(result: ComparisonResult, thresholds: Thresholds) -> Answer:
    found, spec = result.found, result.spec
    assert spec is not None
    assert found.b is not None
    estimate, support = found.estimate, found.support
    low, high = estimate.limits if estimate else (None, None)
    strength = strength_of(
        found,
        thresholds,
        is_base_selected=spec.is_base_selected,
        is_registered=False,
    )
    _key, sentence = render_sentence(result, "All programmes", thresholds)
    return Answer(
        mode_a=spec.mode_a,
        mode_b=spec.mode_b,
        verdict=found.verdict,
        sentence=sentence,
        method=method_note(result),
        difference=estimate.difference if estimate else None,
        low=low,
        high=high,
        crude=found.crude_difference,
        p_value=estimate.p_value if estimate else None,
        detectable=estimate.minimum_detectable if estimate else None,
        strength=strength.word,
        programmes=(found.a.programme_count, found.b.programme_count),
        cohorts=(found.a.cohort_count, found.b.cohort_count),
        people=(found.a.learner_count, found.b.learner_count),
        overlap=support.overlap_share if support else None,
        held_equal=found.held_equal,
        not_known=found.not_known,
        comparison=found,
    )
