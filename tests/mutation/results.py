"""What became of each mutant, kept on disk so that a run can be resumed."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

KILLED, SURVIVED, TIMEOUT = "killed", "survived", "timeout"


@dataclass(frozen=True)
class Result:
    """What became of one mutant.

    Attributes:
        key: digest of the mutated source.
        context: digest of everything else that decides the outcome.
        place: file, and line or CTE.
        change: what was changed.
        outcome: killed, survived or timeout.
        reason: how many tests were run, or why none.
    """

    key: str
    context: str
    place: str
    change: str
    outcome: str
    reason: str = ""


class Results:
    """The results of one component, one JSON object a line.

    Args:
        path: the file; it is made when the first result is added.
        context: digest under which earlier results are still right.
        is_killed_for_good: take a mutant that was killed under another context for
            killed, which saves time while tests are being added.
    """

    def __init__(
        self, path: Path, context: str, is_killed_for_good: bool = False
    ) -> None:
        self._path = path
        self.context = context
        self._known: dict[str, Result] = {}
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        for line in lines:
            found = Result(**json.loads(line))
            is_current = found.context == context
            if is_current or (is_killed_for_good and found.outcome == KILLED):
                self._known[found.key] = found

    def of(self, key: str) -> Result | None:
        """Return the result of a mutant, if there is one that is still right."""
        return self._known.get(key)

    def add(self, result: Result) -> None:
        """Keep a result."""
        self._known[result.key] = result
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(result), ensure_ascii=False) + "\n")


@dataclass(frozen=True)
class Summary:
    """The row of one component in the table that a run prints.

    Attributes:
        component: name of what was mutated.
        possible: all mutants of the component.
        results: those that were run.
        left_out: unit tests that the unmutated code fails on this path.
    """

    component: str
    possible: int
    results: tuple[Result, ...]
    left_out: tuple[str, ...] = ()

    def row(self) -> str:
        """Return the component's row of the table."""
        counts = Counter(each.outcome for each in self.results)
        run = len(self.results)
        share = counts[KILLED] / run if run else 0.0
        return (
            f"| {self.component} | {self.possible} | {run} | {counts[KILLED]} "
            f"| {counts[SURVIVED]} | {counts[TIMEOUT]} | {share:.1%} |"
        )


def table(summaries: Iterable[Summary]) -> str:
    """Return the summary as Markdown; a timeout does not count as killed."""
    head = "| component | mutants | run | killed | survived | timeouts | share killed |"
    rule = "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    return "\n".join([head, rule, *(each.row() for each in summaries)])


def digest(*parts: str | bytes) -> str:
    """Return a short digest of some texts."""
    found = sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "big") + data)
    return found.hexdigest()[:24]


def digest_of_files(paths: Iterable[Path]) -> str:
    """Return a digest of files: their names and what they hold."""
    parts: list[str | bytes] = []
    for path in sorted(paths):
        parts += [path.as_posix(), path.read_bytes()]
    return digest(*parts)
