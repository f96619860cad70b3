"""What a review pack says, before it is written as any file.

Every writer (PPTX, HTML, PDF, XLSX) draws the same `Pack`, so that no number can differ
between them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from dashboards.presenters.review_pack import LEFT_OUT, READY, WITH_CARE
from dashboards.review_pack.blocks import NOTHING, Block, Figure, Text, texts_of_block


@dataclass(frozen=True)
class Slide:
    """One slide of the pack, or one page of its annex.

    Attributes:
        number: `1` to `8`; `a`, `b` ... in the annex.
        topic: what it is about, the same in every pack; in the outline.
        title: what it says this time: the finding in one sentence.
        subtitle: measure, base and period.
        main: blocks on the left, or over the whole width where `side` is empty.
        side: blocks on the right, about two fifths of the width.
        notes: how each number was calculated, for the speaker.
        state: READY, WITH_CARE or LEFT_OUT.
        reason: why it is not ready; empty where it is.
    """

    number: str
    topic: str
    title: Text
    subtitle: Text
    main: tuple[Block, ...]
    side: tuple[Block, ...] = ()
    notes: tuple[Text, ...] = ()
    state: str = READY
    reason: str = ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks in reading order."""
        return self.main + self.side

    @property
    def needs_care(self) -> bool:
        """Whether it is shown with the reason why it needs care."""
        return self.state == WITH_CARE


def left_out(number: str, topic: str, reason: str) -> Slide:
    """Return a slide without evidence: it has no blocks, and says why."""
    return Slide(number, topic, Text(topic), NOTHING, (), state=LEFT_OUT, reason=reason)


@dataclass(frozen=True)
class About:
    """Which pack it is.

    Attributes:
        title: of the document.
        organisation: its name; of an invented one it says so.
        quarter: label, e.g. `2026-Q2`.
        quarter_words: the same in words.
        audience: whom it is for, in words.
        business_unit: `all`, or the unit whose figures it holds.
        role: of the reader whom it is built for.
        language: e.g. `en`, `hi`.
        snapshot_id: what it was built from.
        as_of: day of the newest data in words.
        footer: at the foot of each slide: organisation, review, snapshot, day.
        footer_note: at its right: where to read how each number was worked out.
        code_version: of Tandem, when it published the snapshot.
        k: smallest group of people that is shown; None where it is not known.
    """

    title: str
    organisation: str
    quarter: str
    quarter_words: str
    audience: str
    business_unit: str
    role: str
    language: str
    snapshot_id: str
    as_of: str
    footer: str
    footer_note: str
    code_version: str = ""
    k: int | None = None


@dataclass(frozen=True)
class Pack:
    """A review pack: its slides, its annex, and the slides that were left out.

    Attributes:
        about: which pack it is.
        slides: those that are drawn, in order.
        annex: pages of tables after them.
        left_out: slides without evidence, with their reasons; they have no blocks.
        names: of programmes and of the organisation, as delivered. They may look like
            the words of a program that failed.
    """

    about: About
    slides: tuple[Slide, ...]
    annex: tuple[Slide, ...]
    left_out: tuple[Slide, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def pages(self) -> tuple[Slide, ...]:
        """All that is drawn, in order."""
        return self.slides + self.annex


def texts_of(slide: Slide) -> Iterator[Text]:
    """Yield every `Text` of a slide in reading order, its notes last."""
    yield slide.title
    yield slide.subtitle
    for block in slide.blocks:
        yield from texts_of_block(block)
    yield from slide.notes


def figures_of(pack: Pack) -> list[tuple[str, Figure]]:
    """Return every figure of a pack with the number of its slide, in reading order."""
    return [
        (slide.number, figure)
        for slide in pack.pages
        for text in texts_of(slide)
        for figure in text.figures
    ]
