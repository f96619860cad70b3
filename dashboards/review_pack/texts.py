"""Sentences and titles of slides, in the language of the pack."""

import re
from collections.abc import Iterable
from typing import Any

from dashboards import formats
from dashboards.review_pack.blocks import Figure, Text
from dashboards.review_pack.source import Source
from tandem.core.wording import render

Row = dict[str, Any]

MOST_IN_TITLE = 90  # characters


def said(key: str, figures: Iterable[Figure] = (), **parameters: object) -> Text:
    """Return the sentence of a key with the figures that it prints."""
    return Text(render(key, **parameters), tuple(figures))


def joined(parts: Iterable[Text], between: str = " ") -> Text:
    """Return texts as one, without the empty ones."""
    known = [part for part in parts if part.words]
    words = between.join(part.words for part in known)
    return Text(words, tuple(f for part in known for f in part.figures))


def heading(sentence: Text) -> Text:
    """Return a sentence as a title, which has no full stop or danda at its end."""
    return Text(sentence.words.rstrip(".।"), sentence.figures)


def of_audience(title: str, source: Source) -> str:
    """Return the title of a block about the whole organisation, said where need be.

    Args:
        title: of the block.
        source: a pack of one business unit has figures of the organisation beside it.
    """
    return render("pack.whole", title=title) if source.is_of_unit else title


def of_unit(title: str, source: Source) -> str:
    """Return the title of a block with figures of the unit, named where need be."""
    unit = source.business_unit
    return (
        render("pack.of_unit", title=title, unit=unit) if source.is_of_unit else title
    )


def title_of_audience(source: Source, *candidates: Text) -> Text:
    """Return the first title about the whole organisation that fits, said so."""
    return short_enough(
        *(Text(of_audience(t.words, source), t.figures) for t in candidates)
    )


def short_enough(*candidates: Text) -> Text:
    """Return the first title that fits; the last one where none does."""
    fitting = (text for text in candidates if len(text.words) <= MOST_IN_TITLE)
    return next(fitting, candidates[-1])


def period_words(source: Source) -> str:
    """Return the four quarters of a pack in words."""
    return render(
        "pack.period", day=formats.day(source.end), quarter=source.quarter_words
    )


def calculated(kpi: Row) -> Text:
    """Return how a KPI is calculated, in one or two sentences, for speaker notes.

    Args:
        kpi: its row of the registry; words that it lacks are left out.
    """
    counted = render(
        "pack.calculated",
        name=kpi["kpi_name"],
        numerator=kpi["numerator_words"],
        denominator=kpi["denominator_words"],
    )
    whom = kpi["population_words"]
    about = render("pack.calculated.about", population=whom) if whom else ""
    return Text(f"{counted} {about}".strip())


def capitalised(words: str) -> str:
    """Return words with a capital first letter."""
    return words[:1].upper() + words[1:]


def sentences(words: str) -> list[str]:
    """Return the sentences of a text, each with its full stop or danda."""
    return [part for part in re.split(r"(?<=[.!?।])\s+", words.strip()) if part]
