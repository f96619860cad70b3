"""A wide table as HTML: on a phone each row becomes a list, so nothing scrolls."""

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
    names = [html.text(name) for name in rows.columns]
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-label="{name}">{html.text(cell)}</td>'
            for name, cell in zip(names, row, strict=True)
        )
        + "</tr>"
        for row in rows.iter_rows()
    )
    return (
        '<table class="td-table td-stacks td-labelled">'
        f'<caption class="td-hidden-text">{html.text(title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
