"""A state of a value or verdict, drawn: a mark and words, never colour alone."""

from dashboards.components import html
from dashboards.presenters import states
from tandem.core.seeds import seed_rows
from tandem.core.wording import render


def markup(state: str, reason: str = "") -> str:
    """Return a state as HTML: a chip, and the reason below it.

    Args:
        state: a key of states.MARKS.
        reason: why, in a sentence; empty for none.
    """
    found = states.words(state)
    chip = (
        f'<span class="td-chip"><span aria-hidden="true">'
        f"{found.mark}</span>{html.text(found.label)}</span>"
    )
    return f'{chip}<p class="td-hint">{html.text(reason)}</p>' if reason else chip


def draw(state: str, reason: str = "") -> None:
    """Draw a state with its reason."""
    html.draw(markup(state, reason))


def padlocks(strength: str) -> str:
    """Return the strength of evidence as HTML: padlocks and words.

    Args:
        strength: of seeds/evidence_strengths.csv, e.g. `moderate`.
    """
    rows = {
        row["strength"]: int(row["padlocks"]) for row in seed_rows("evidence_strengths")
    }
    filled = "".join(
        f'<i class="{"td-on" if at < rows[strength] else ""}"></i>'
        for at in range(max(rows.values()))
    )
    words = html.text(render(f"strength.{strength}.evidence"))
    return f'<span class="td-locks" aria-hidden="true">{filled}</span>{words}'
