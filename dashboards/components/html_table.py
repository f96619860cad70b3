"""A wide table as HTML: on a phone each row becomes a list, so nothing scrolls."""

from collections.abc import Iterable, Sequence

import polars as pl

from dashboards.components import downloads, html


def draw(rows: pl.DataFrame, title: str, key: str) -> None:
    """Draw the table, and a button that downloads it.

    Args:
        rows: of the table; numbers stand as they are.
        title: what it shows; screen readers hear it first.
        key: unique on the page.
    """
    html.draw(markup(rows, title))
    downloads.button(rows, title, key)


def markup(rows: pl.DataFrame, title: str) -> str:
    """Return the table as HTML."""
    body = (
        "".join(
            cell(name, html.text(value))
            for name, value in zip(rows.columns, row, strict=True)
        )
        for row in rows.iter_rows()
    )
    return frame(rows.columns, body, title, "td-labelled")


def cell(name: str, content: str, css_class: str = "") -> str:
    """Return a cell; theme.css writes the name of its column where heads are hidden."""
    styled = f' class="{css_class}"' if css_class else ""
    return f'<td data-label="{html.text(name)}"{styled}>{content}</td>'


def frame(heads: Sequence[str], rows: Iterable[str], title: str, css_class: str) -> str:
    """Return a table of cells that are drawn already.

    Args:
        heads: of the columns.
        rows: the cells of each row as HTML.
        title: what the table shows; screen readers hear it first.
        css_class: of theme.css.
    """
    head = "".join(f'<th scope="col">{html.text(name)}</th>' for name in heads)
    body = "".join(f"<tr>{cells}</tr>" for cells in rows)
    return (
        f'<table class="td-table td-stacks {css_class}">'
        f'<caption class="td-hidden-text">{html.text(title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def scrolling(table: str, title: str) -> str:
    """Return a table that scrolls sideways by itself, also by keyboard."""
    return (
        '<div class="td-scroll" role="region" tabindex="0" '
        f'aria-label="{html.text(title)}">{table}</div>'
    )
