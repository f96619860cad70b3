"""A dashboard whose English words are 40 % longer: `python -m` this, with a port.

Texts grow by 30 to 40 % in translation, and each word may grow by as much.
"""

import re
import sys
from math import ceil
from typing import cast

from streamlit.web.cli import main

from tandem.core import wording
from tandem.core.seeds import seed_rows

GROWTH = 0.4
# Parameters, code and the targets of links keep their length.
KEPT_OR_WORD = re.compile(r"\{\w*\}|`[^`]*`|\]\([^)]*\)|([^\W\d_]+)")


def longer(template: str) -> str:
    """Return a template with every word 40 % longer."""
    return KEPT_OR_WORD.sub(_longer_word, template)


def _longer_word(found: re.Match[str]) -> str:
    word = cast("str", found[0])
    return word + "o" * ceil(GROWTH * len(word)) if found[1] else word


def longer_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a seed; the templates of the wording are longer."""
    rows = seed_rows(name)
    if name != "wording":
        return rows
    return tuple(row | {"template": longer(row["template"])} for row in rows)


if __name__ == "__main__":
    wording.seed_rows = longer_rows
    app = ["run", "dashboards/app.py", "--server.port", sys.argv[-1]]
    main(app)
