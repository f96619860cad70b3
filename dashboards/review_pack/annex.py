"""The annex: definitions, sources, what is left out and hidden, method, snapshot."""

import polars as pl

from dashboards import formats
from dashboards.presenters import definitions, review_pack, states
from dashboards.presenters.at_a_glance import steps_words
from dashboards.queries import privacy, waterfall
from dashboards.queries import snapshot as snapshots
from dashboards.review_pack.blocks import Block, Paragraphs, Table, Text
from dashboards.review_pack.content import Slide
from dashboards.review_pack.plans import plan_table
from dashboards.review_pack.source import YEAR, Source
from dashboards.review_pack.texts import period_words, said
from tandem.core.wording import render

LETTERS = "abcdefgh"
ALL_PLANS = 200  # more than any organisation presents


def pages(source: Source) -> tuple[Slide, ...]:
    """Return the pages of the annex that have something to say, lettered in order."""
    accepted = snapshots.accepted_warnings(source.snapshot)
    state, reason = review_pack.annexed(accepted.height)
    found = [
        (name, blocks)
        for name, blocks in (
            ("definitions", (definitions_table(source),)),
            ("plans", tuple(filter(None, (plan_table(source, ALL_PLANS),)))),
            ("comparisons", comparisons_table(source)),
            ("data", (sources_table(source), accepted_list(accepted))),
            ("left_out", (left_out_table(source), hidden(source))),
            ("method", (method(source), snapshot_table(source))),
        )
        if blocks
    ]
    return tuple(
        Slide(
            LETTERS[position],
            render("pack.annex"),
            Text(render(f"pack.annex.{name}")),
            Text(period_words(source)),
            blocks,
            state=state,
            reason=reason,
        )
        for position, (name, blocks) in enumerate(found)
    )


def as_table(title: str, frame: pl.DataFrame) -> Table:
    """Return a frame of words as a table."""
    return Table(
        title,
        tuple(frame.columns),
        tuple(tuple(Text(str(cell)) for cell in row) for row in frame.iter_rows()),
    )


def definitions_table(source: Source) -> Table:
    """Return what each KPI of the first page counts, of what, and about whom."""
    wanted = [tile.kpi_id for tile in source.numbers.view.tiles]
    kpis = source.kpis
    return Table(
        render("pack.annex.definitions"),
        tuple(
            render(f"pack.annex.column.{name}")
            for name in ("kpi", "counts", "of", "about")
        ),
        tuple(
            tuple(
                Text(kpis[name][field] or "")
                for field in (
                    "kpi_name",
                    "numerator_words",
                    "denominator_words",
                    "population_words",
                )
            )
            for name in wanted
        ),
    )


def comparisons_table(source: Source) -> tuple[Block, ...]:
    """Return every comparison inside a category, refused ones with the reason."""
    made = source.like_for_like
    if not made.rows:
        return ()
    return (
        Table(
            render("pack.annex.all_comparisons"),
            tuple(
                render(f"pack.annex.column.{name}")
                for name in ("category", "modes", "state", "finding")
            ),
            tuple(
                (
                    Text(row.category),
                    Text(row.about),
                    Text(states.words(row.state).label),
                    Text(
                        f"{row.words} ({row.likely})"
                        if row.likely
                        else row.words
                        if row.picture
                        else row.reason
                    ),
                )
                for row in made.rows
            ),
        ),
    )


def sources_table(source: Source) -> Table:
    """Return how recent and how complete each source is, as of the snapshot."""
    found = snapshots.sources(source.snapshot)
    return as_table(render("pack.annex.sources"), definitions.source_rows(found, set()))


def accepted_list(accepted: pl.DataFrame) -> Paragraphs:
    """Return the failed checks that a person accepted, or that there are none."""
    texts = tuple(
        Text(
            render(
                "page.data.accepted_one",
                expectation=row["expectation"],
                value=row["value"],
                reason=row["reason"],
                role=review_pack.role_words(row["role"]),
                day=formats.day(row["accepted_at"]),
            ),
            is_free=True,
        )
        for row in accepted.iter_rows(named=True)
    )
    return Paragraphs(
        render("pack.annex.accepted"), texts or (said("page.data.accepted_none"),)
    )


def left_out_table(source: Source) -> Table:
    """Return how the base of the headline came about; of the whole organisation."""
    kpi = source.headline
    steps = steps_words(
        waterfall.waterfall(source.snapshot, YEAR, source.end), kpi["kpi_id"]
    )
    return Table(
        render("pack.annex.base", kpi=kpi["kpi_name"]),
        (render("pack.annex.column.step"), render("pack.annex.column.rows")),
        tuple((Text(words), Text(number)) for words, number in steps)
        or ((said("pack.annex.no_steps"), Text(states.words("no_data").label)),),
        (1,),
    )


def hidden(source: Source) -> Paragraphs:
    """Return how many cells are hidden, why, and how that was attacked."""
    info = source.info
    audit = privacy.audit(source.snapshot)
    exposures = int(audit["exposure_count"].sum() or 0)
    return Paragraphs(
        render("pack.annex.hidden"),
        (
            Text(
                render(
                    "pack.annex.hidden_count",
                    hidden=formats.count(info.hidden_cell_count),
                    total=formats.count(info.cell_count),
                )
            ),
            Text(render("pack.annex.hidden_why", k=info.k)),
            Text(
                render(
                    "pack.annex.audit",
                    kpis=formats.count(audit.height),
                    found=formats.count(exposures),
                )
            ),
        ),
    )


def method(source: Source) -> Paragraphs:
    """Return how modes are compared, in a few sentences."""
    keys = ["how", "range", "strength", "words"]
    if source.is_of_unit:
        keys.append("whole")
    return Paragraphs(
        render("pack.annex.how"), tuple(said(f"pack.compared.{key}") for key in keys)
    )


def snapshot_table(source: Source) -> Table:
    """Return which published file the pack is made of."""
    info = source.info
    rows = {
        "snapshot": info.snapshot_id,
        "as_of": formats.day(info.as_of),
        "published": formats.day(info.published_at),
        "version": info.code_version,
        "k": str(info.k),
    }
    return Table(
        render("pack.annex.snapshot"),
        (render("pack.annex.column.what"), render("pack.annex.column.value")),
        tuple(
            (Text(render(f"pack.annex.snapshot.{name}")), Text(value))
            for name, value in rows.items()
        ),
    )
