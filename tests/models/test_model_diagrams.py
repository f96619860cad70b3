"""A diagram of models shows the models and the order that exist."""

import re
from functools import lru_cache
from pathlib import Path

import pytest

from tandem.core.files import project_root

# The models of a page: those whose name begins with it, or those in the folder.
PAGES = {
    "enrolment-models.md": "models/**/int_enrolment*.sql",
    "attendance-models.md": "models/intermediate/attendance/*.sql",
}
each_page = pytest.mark.parametrize("page", PAGES)


@lru_cache(maxsize=2)
def text_of(page: str) -> str:
    return (project_root() / "docs" / page).read_text(encoding="utf-8")


def drawn_arrows(page: str) -> set[tuple[str, str]]:
    """Return the diagram's arrows as pairs of a model and a model that reads it."""
    diagram = re.search(r"```mermaid\n(.*?)```", text_of(page), flags=re.DOTALL)
    assert diagram is not None
    return set(re.findall(r"^\s*(\w+) --> (\w+)$", diagram[1], flags=re.MULTILINE))


@lru_cache(maxsize=1)
def reads_of_models() -> dict[str, set[str]]:
    """Return by model the models that its SQL reads."""
    return {
        path.stem: set(re.findall(r"ref\('(\w+)'\)", path.read_text(encoding="utf-8")))
        for path in (project_root() / "models").rglob("*.sql")
    }


def models_of(page: str) -> set[str]:
    return {Path(path).stem for path in project_root().glob(PAGES[page])}


@each_page
def test_the_diagram_names_every_model_of_its_subject(page: str):
    drawn = {name for arrow in drawn_arrows(page) for name in arrow}
    assert models_of(page) - drawn == set()
    assert drawn - set(reads_of_models()) == set()


@each_page
def test_every_arrow_is_a_read(page: str):
    reads = reads_of_models()
    wrong = [arrow for arrow in drawn_arrows(page) if arrow[0] not in reads[arrow[1]]]
    assert wrong == []


@each_page
def test_every_read_between_models_of_the_subject_is_an_arrow(page: str):
    existing = {
        (read, model)
        for model in models_of(page)
        for read in reads_of_models()[model] & models_of(page)
    }
    assert existing - drawn_arrows(page) == set()


@each_page
def test_the_table_names_every_model_of_the_subject_and_no_other(page: str):
    listed = re.findall(r"^\| `(\w+)`", text_of(page), flags=re.MULTILINE)
    assert sorted(listed) == sorted(models_of(page))
