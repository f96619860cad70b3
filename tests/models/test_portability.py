"""Models hold SQL that DuckDB and Spark read alike; the rest lies in macros.

A model is rendered as the linter renders it: an engine macro becomes a call of its own
name, so that what remains is the SQL that the model itself writes.
"""

import importlib.util
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import jinja2
import pytest
import sqlglot
from sqlglot.tokens import TokenType

from tandem.core.files import project_root

REFUSED = {
    "any_value",
    "arg_max",
    "arg_min",
    "concat",
    "date_diff",
    "datediff",
    "epoch",
    "epoch_us",
    "explode",
    "generate_series",
    "get_json_object",
    "json_extract_string",
    "list",
    "list_contains",
    "listagg",
    "log",
    "now",
    "nvl",
    "quantile_cont",
    "regexp_replace",
    "rlike",
    "round",
    "sha2",
    "string_agg",
    "strptime",
    "struct_pack",
    "timezone",
    "to_days",
    "today",
    "unnest",
}
REFUSED_WORDS = {"qualify", "current_date", "current_timestamp"}
MODELS = sorted((project_root() / "models").rglob("*.sql"))


def stand_in(name: str) -> ModuleType:
    """Load what the linter puts in the place of one of dbt's own names."""
    path = project_root() / ".sqlfluff_libs" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"stand_in_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def dispatch(name: str, _namespace: str) -> Any:
    if name == "list_elements":
        return lambda _column, alias: f"cross join {alias}"
    return stand_in("adapter").dispatch(name, _namespace)


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Return Jinja with this project's macros, and names in the place of dbt's."""
    own = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    own.globals |= {
        "ref": lambda name: name,
        "source": lambda _source, name: name,
        "var": lambda name: "1",
        "config": lambda **_settings: "",
        "return": lambda value: value,
        "dbt": stand_in("dbt"),
        "adapter": {"dispatch": dispatch},
        "target": {"type": "duckdb", "schema": "main"},
    }
    paths = sorted((project_root() / "macros").glob("*.sql"))
    macros = "".join(path.read_text("utf-8") for path in paths)
    own.globals |= own.from_string(macros).make_module().__dict__
    return own


def rendered(path: Path) -> str:
    """Return a model's SQL, engine macros as calls of their own name."""
    return environment().from_string(path.read_text("utf-8")).render()


def refused_in(sql: str) -> set[str]:
    """Return the functions and clauses that one of the engines lacks."""
    sqlglot.parse_one(sql, dialect="duckdb")
    tokens = sqlglot.tokenize(sql, dialect="duckdb")
    words = {token.text.lower() for token in tokens}
    called = {
        token.text.lower()
        for token, following in pairwise(tokens)
        if following.token_type is TokenType.L_PAREN
    }
    return called & REFUSED | words & REFUSED_WORDS


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_calls_nothing_that_one_engine_lacks(path: Path):
    assert refused_in(rendered(path)) == set()


@pytest.mark.parametrize(
    "sql",
    [
        "select round(x, 2) from t",
        "select a from t qualify row_number() over (order by a) = 1",
        "select any_value(a) from t",
        "select string_agg(a, ',') from t",
        "select arg_max(a, b) from t",
        "select date_diff('day', a, b) from t",
        "select * from t where a < now()",
        "select * from t where a < current_date",
        "select regexp_replace(a, 'b', 'c') from t",
        "select strptime(a, '%Y') from t",
        "select unnest(a) from t",
        "select quantile_cont(a, 0.5) from t",
        "select epoch_us(a) from t",
    ],
)
def test_what_one_engine_lacks_is_found(sql: str):
    assert refused_in(sql) != set()


def test_no_compiled_model_reads_the_clock(models: dict[str, Any]):
    clocks = ("now(", "current_date", "current_timestamp", "today(", "get_current_")
    reading = [
        name
        for name, node in models.items()
        if any(clock in node["compiled_code"].lower() for clock in clocks)
    ]
    assert reading == []
