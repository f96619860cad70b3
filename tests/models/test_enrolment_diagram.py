"""The diagram of the enrolment models shows the models and the order that exist."""

import re
from functools import lru_cache

from tandem.core.files import project_root

PAGE = project_root() / "docs" / "enrolment-models.md"
PREFIX = "int_enrolment"


@lru_cache(maxsize=1)
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def drawn_arrows() -> set[tuple[str, str]]:
    """Return the diagram's arrows as pairs of a model and a model that reads it."""
    diagram = re.search(r"```mermaid\n(.*?)```", page(), flags=re.DOTALL)
    assert diagram is not None
    return set(re.findall(r"^\s*(\w+) --> (\w+)$", diagram[1], flags=re.MULTILINE))


def reads_of_models() -> dict[str, set[str]]:
    """Return by model the models that its SQL reads."""
    return {
        path.stem: set(re.findall(r"ref\('(\w+)'\)", path.read_text(encoding="utf-8")))
        for path in (project_root() / "models").rglob("*.sql")
    }


def enrolment_models() -> set[str]:
    return {name for name in reads_of_models() if name.startswith(PREFIX)}


def test_the_diagram_names_every_enrolment_model_and_no_other():
    drawn = {name for arrow in drawn_arrows() for name in arrow}
    assert {name for name in drawn if name.startswith(PREFIX)} == enrolment_models()


def test_every_arrow_is_a_read():
    reads = reads_of_models()
    wrong = [arrow for arrow in drawn_arrows() if arrow[0] not in reads[arrow[1]]]
    assert wrong == []


def test_every_read_between_enrolment_models_is_an_arrow():
    existing = {
        (read, model)
        for model in enrolment_models()
        for read in reads_of_models()[model] & enrolment_models()
    }
    assert existing - drawn_arrows() == set()


def test_the_table_names_every_enrolment_model_and_no_other():
    listed = re.findall(r"^\| `(\w+)`", page(), flags=re.MULTILINE)
    assert sorted(listed) == sorted(enrolment_models())
