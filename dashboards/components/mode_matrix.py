"""The matrix of outcome categories and pairs of modes as a picture: an HTML table."""

from dashboards.charts import svg
from dashboards.components import html, html_table
from dashboards.components.value_state import padlocks
from dashboards.presenters.mode_matrix import Matrix, MatrixCell, MatrixRow
from dashboards.presenters.verdicts import pair_words
from dashboards.theme import mode_style
from tandem.core.wording import render


def draw(found: Matrix, title: str) -> None:
    """Draw the matrix: what could be compared first, then what could not.

    Args:
        found: rows and cells.
        title: of the table, for readers who do not see it.
    """
    headings = "".join(
        f'<th scope="col">{html.text(pair_words(*pair))}</th>' for pair in found.pairs
    )
    groups = (
        ("estimated", [row for row in found.rows if row.is_estimated]),
        ("refused", [row for row in found.rows if not row.is_estimated]),
    )
    body = "".join(_group(name, rows, found) for name, rows in groups if rows)
    html.draw(
        f'<table class="td-table td-stacks td-matrix"><caption class="td-hidden-text">'
        f"{html.text(title)}</caption><thead><tr>"
        f'<th scope="col">{html.text(render("page.column.category"))}</th>'
        f"{headings}</tr></thead>{body}</table>"
    )


def _group(name: str, rows: list[MatrixRow], found: Matrix) -> str:
    columns = 1 + max(len(found.pairs), 1)
    heading = html.text(render(f"page.matrix.group.{name}"))
    lines = "".join(_row(row, found) for row in rows)
    return (
        f'<tbody><tr class="td-group"><th colspan="{columns}" scope="rowgroup">'
        f"{heading}</th></tr>{lines}</tbody>"
    )


def _row(row: MatrixRow, found: Matrix) -> str:
    label = f'<th scope="row" class="td-row">{html.text(row.label)}</th>'
    if row.note:
        columns = max(len(found.pairs), 1)
        note = f'<span class="td-hint">{html.text(row.note)}</span>'
        return f'<tr>{label}<td colspan="{columns}">{note}</td></tr>'
    return f"<tr>{label}{''.join(_cell(cell, found) for cell in row.cells)}</tr>"


def _cell(cell: MatrixCell, found: Matrix) -> str:
    if not cell.state:
        not_run = (
            '<span class="td-hint" aria-hidden="true">–</span>'
            f'<span class="td-hidden-text">{html.text(cell.verdict)}</span>'
        )
        return html_table.cell(cell.pair, not_run, "td-not-run")
    mark = f'<span aria-hidden="true">{cell.mark}</span>'
    colour = f"td-mode-{cell.mode}" if cell.state == "clear_difference" else ""
    parts = [
        f'<span class="td-strong {colour}">{mark} {html.text(cell.verdict)}</span>',
    ]
    if cell.picture:
        parts.append(
            svg.image(
                svg.range_row(
                    *cell.picture,
                    span=found.span,
                    margin=found.margin,
                    colour=mode_style(cell.mode).colour,
                    is_clear=cell.state == "clear_difference",
                    width=220,
                    height=22,
                ),
                "",
                "td-range-picture",
            )
        )
    if cell.gap:
        parts.append(f'<span class="td-small-text">{html.text(cell.gap)}</span>')
    if cell.strength:
        parts.append(f"<small>{padlocks(cell.strength)}</small>")
    parts += [f"<small>{html.text(n)}</small>" for n in (cell.base, cell.note) if n]
    return html_table.cell(cell.pair, "".join(parts))
