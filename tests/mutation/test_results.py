"""What is kept of a run, and the row that is printed of it."""

from pathlib import Path

from tests.mutation.results import Result, Results, Summary, table


def result(key: str, outcome: str, context: str = "now") -> Result:
    return Result(key, context, "m.py:1", "a → b", outcome)


def test_results_are_found_again_until_the_code_or_a_test_changes(tmp_path: Path):
    path = tmp_path / "results.jsonl"
    results = Results(path, "now")
    results.add(result("k", "killed"))
    results.add(result("s", "survived"))
    assert Results(path, "now").of("k") == result("k", "killed")
    assert Results(path, "later").of("k") is None


def test_only_what_was_killed_may_be_believed_after_a_change(tmp_path: Path):
    path = tmp_path / "results.jsonl"
    results = Results(path, "now")
    results.add(result("k", "killed"))
    results.add(result("s", "survived"))
    later = Results(path, "later", is_killed_for_good=True)
    assert later.of("k") is not None
    assert later.of("s") is None


def test_a_timeout_is_no_kill():
    results = tuple(
        result(str(number), outcome)
        for number, outcome in enumerate(["killed", "killed", "survived", "timeout"])
    )
    row = table([Summary("gates", 8, results)]).splitlines()[-1]
    assert row == "| gates | 8 | 4 | 2 | 1 | 1 | 50.0% |"
