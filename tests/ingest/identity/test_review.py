"""The list of near matches, as it is read back after a person decided."""

from pathlib import Path

import pytest

from ingest.identity.review import decided
from tandem.core.errors import WrongUse


def listed(folder: Path, *rows: str, head: str = "account,person,decision") -> Path:
    path = folder / "review.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def test_rows_without_a_yes_are_passed_over_and_the_rest_is_read(tmp_path: Path):
    path = listed(tmp_path, "a,p,no", "b,p,", "d,q,Yes", "c,p, y ", "e,p,N", "f,p,yes")
    assert decided(path) == [("c", "p"), ("d", "q"), ("f", "p")]


def test_the_same_decision_twice_is_one(tmp_path: Path):
    assert decided(listed(tmp_path, "a,p,yes", "a,p,yes")) == [("a", "p")]


def test_two_people_for_one_account_are_refused_with_the_line(tmp_path: Path):
    with pytest.raises(WrongUse, match=r"review\.csv, line 3"):
        decided(listed(tmp_path, "a,p,yes", "a,q,yes"))


def test_a_missing_column_is_named(tmp_path: Path):
    with pytest.raises(WrongUse, match="decision, person"):
        decided(listed(tmp_path, "a,b", head="account,note"))


def test_a_list_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(WrongUse, match="no such file"):
        decided(tmp_path / "review.csv")


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_list_that_a_spreadsheet_saved_is_read(tmp_path: Path, mark: str):
    head, row = (
        mark.join(cells)
        for cells in (("account", "person", "decision"), ("a", "p", "yes"))
    )
    assert decided(listed(tmp_path, row, head=head)) == [("a", "p")]
