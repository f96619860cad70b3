"""`tandem --help` lists the commands in the order of work, and speaks to users."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest
import typer
from typer.testing import CliRunner

from tandem.cli.main import app
from tandem.cli.panels import ORDER, PANELS

HEADINGS = [
    "Set up",
    "Land",
    "Build and judge",
    "Look and present",
    "People and privacy",
    "Upkeep",
]
EXAMPLE = re.compile(r"^Example: `tandem (.+)`$", re.MULTILINE)
# Words of the code's documentation or of tables inside, not of a user.
INSIDE = re.compile(
    r"\b(Raises|Returns|Args|Yields):|\b(raw|pub|staging|intermediate|status)\.[a-z]|"
    r"\b(fct|int|stg)_[a-z]|\bin raw\b|WrongUse|WarehouseProblem|NotPublished"
)
root = typer.main.get_command(app)


def commands(
    group: click.Command = root, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command below a group with the words that call it."""
    for name, command in group.commands.items():
        yield (*path, name), command
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))


ALL = dict(commands())
LEAVES = {path: one for path, one in ALL.items() if not hasattr(one, "commands")}


def named(path: tuple[str, ...]) -> str:
    return " ".join(path)


def test_there_are_commands_to_judge():
    assert len(LEAVES) > 30


def test_every_command_stands_under_one_heading():
    assert list(PANELS) == HEADINGS
    assert len(ORDER) == len(set(ORDER))
    assert [name for name in root.commands if name not in ORDER] == []


def test_the_headings_come_in_the_order_of_work():
    shown = CliRunner().invoke(app, ["--help"]).output
    assert re.findall(r"╭─ ([A-Z][a-z ]+?) ─", shown) == ["Options", *HEADINGS]
    first_words = re.findall(r"^│ ([a-z][a-z-]*)  ", shown, re.MULTILINE)
    assert first_words == [name for name in ORDER if name in root.commands]


def texts(command: click.Command) -> list[str]:
    return [
        text
        for text in (command.help, *(getattr(p, "help", "") for p in command.params))
        if text
    ]


@pytest.mark.parametrize("path", ALL, ids=named)
def test_the_help_speaks_to_a_user(path: tuple[str, ...]):
    found = [text for text in texts(ALL[path]) if INSIDE.search(text)]
    assert found == []


@pytest.mark.parametrize("path", ALL, ids=named)
def test_the_help_shows_every_word_of_a_bracket(path: tuple[str, ...]):
    """[section] of tandem.toml would vanish where it counts as a style."""
    shown = " ".join(CliRunner().invoke(app, [*path, "--help"]).output.split())
    written = [word for text in texts(ALL[path]) for word in re.findall(r"\[\S+", text)]
    assert [word for word in written if word.strip("`.,;") not in shown] == []


@pytest.mark.parametrize("text", ["Do it.\n\nRaises:\n    E: so.", "From raw.x."])
def test_a_text_for_developers_would_be_noticed(text: str):
    assert INSIDE.search(text)


@pytest.mark.parametrize("path", LEAVES, ids=named)
def test_the_help_has_an_example_that_can_be_called(path: tuple[str, ...]):
    found = EXAMPLE.findall(LEAVES[path].help)
    assert found
    for example in found:
        words = shlex.split(example.partition(" > ")[0])
        assert tuple(words[: len(path)]) == path
        LEAVES[path].make_context("tandem", words[len(path) :])
