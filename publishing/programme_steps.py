"""pub.programme_steps: where a programme loses people between its live and other parts.

The steps of each pattern are published as well (publishing/blended.py): less those of
the programmes that are shown, they leave the others together. These must be two or
more, with k people lost at the step; else the smallest programme that is shown hides
the step too.
"""

import polars as pl

from publishing.blended import GAPS, GROUP, STEP_SCHEMA, Year, numbered_steps, steps

PROGRAMME = "programme_id"


def programme_steps(
    phases: pl.DataFrame, year: Year, cells: pl.DataFrame, k: int
) -> pl.DataFrame:
    """Count how far people come in the blended cohorts of each programme.

    Args:
        phases: as for `steps`, with programme_id.
        year: the period that the rows are of.
        cells: programme_id and state of the headline KPI in that year; a programme
            that is not shown there shows no step.
        k: the smallest group that may be shown.

    Returns:
        Columns as pub.programme_steps.
    """
    found = steps(phases, year, k, (PROGRAMME,))
    if found.is_empty():
        return found
    place = [PROGRAMME, *GROUP, "step_no"]
    people = _lost_people(numbered_steps(phases), place)
    shown = cells.filter(pl.col("state") == "shown")[PROGRAMME]
    is_hidden = ~pl.col(PROGRAMME).is_in(shown.implode())
    judged = found.join(people, on=place, how="left").with_columns(
        pl.when(is_hidden).then(pl.lit("hidden")).otherwise("state").alias("state")
    )
    while True:
        judged = judged.with_columns(_hidden_onwards())
        exposed = _exposed(judged, k)
        if not judged.filter(exposed).height:
            break
        judged = judged.with_columns(
            pl.when(exposed).then(pl.lit("hidden")).otherwise("state").alias("state")
        )
    is_shown = pl.col("state") == "shown"
    is_known = pl.col("state") != "hidden"
    return (
        judged.with_columns(
            *[
                pl.when(is_shown).then(name).alias(name)
                for name in ("reached_share", "lost_share")
            ],
            *[
                pl.when(is_known).then(name).alias(name)
                for name in ("enrolment_count", *GAPS)
            ],
        )
        .select(PROGRAMME, *STEP_SCHEMA)
        .sort(*place)
    )


def _lost_people(through: pl.DataFrame, place: list[str]) -> pl.DataFrame:
    """Count the people who start the ladder of a step, and who are lost at the step."""
    before = pl.col("is_through").shift(1, fill_value=True).over("enrolment_id")
    ordered = through.sort("enrolment_id", "step_no").with_columns(before.alias("was"))
    is_lost = pl.col("was") & ~pl.col("is_through")
    return ordered.group_by(place).agg(
        pl.col("learner_key").n_unique().alias("people"),
        pl.col("learner_key").filter(is_lost).n_unique().alias("lost_people"),
    )


def _hidden_onwards() -> pl.Expr:
    """Hide every step after one that is hidden, as `steps` does."""
    is_hidden = (pl.col("state") == "hidden").cum_max().over(PROGRAMME, *GROUP)
    return pl.when(is_hidden).then(pl.lit("hidden")).otherwise("state").alias("state")


def _exposed(judged: pl.DataFrame, k: int) -> pl.Expr:
    """Return which steps have to hide so that others do not follow from the pattern."""
    step = (*GROUP, "step_no")
    is_shown = pl.col("state") == "shown"
    others = (~is_shown).sum().over(step)
    lost = pl.when(is_shown).then(0).otherwise("lost_people").sum().over(step)
    size = pl.when(is_shown).then(pl.col("people"))
    is_smallest = (size.rank("ordinal").over(step) == 1).fill_null(False)
    return is_smallest & (others > 0) & ((others == 1) | (lost < k))
