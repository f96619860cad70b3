"""Models hold SQL that both DuckDB and Spark can run; the rest is in macros.

A model is rendered as the linter renders it: the call of an engine macro becomes the
call of a function of the same name, so that only the SQL of the model itself is left.
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


def linter_stub(name: str) -> ModuleType:
    """Load the linter's replacement of one of dbt's own modules."""
    path = project_root() / ".sqlfluff_libs" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"linter_stub_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def dispatch(name: str, _namespace: str) -> Any:
    if name == "list_elements":
        return lambda _column, alias: f"cross join {alias}"
    return linter_stub("adapter").dispatch(name, _namespace)


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Return Jinja with this project's macros, and stubs of what dbt provides."""
    jinja = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    jinja.globals |= {
        "ref": lambda name: name,
        "source": lambda _source, name: name,
        "var": lambda name: "1",
        "config": lambda **_settings: "",
        "return": lambda value: value,
        "dbt": linter_stub("dbt"),
        "adapter": {"dispatch": dispatch},
        "target": {"type": "duckdb", "schema": "main"},
    }
    paths = sorted((project_root() / "macros").glob("*.sql"))
    macros = "".join(path.read_text("utf-8") for path in paths)
    jinja.globals |= jinja.from_string(macros).make_module().__dict__
    return jinja


def rendered(path: Path) -> str:
    """Return a model's SQL, with calls of engine macros as function calls."""
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
def test_a_model_calls_no_function_that_one_engine_lacks(path: Path):
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
def test_a_function_that_one_engine_lacks_is_found(sql: str):
    assert refused_in(sql) != set()


def test_no_compiled_model_reads_the_clock(models: dict[str, Any]):
    clocks = ("now(", "current_date", "current_timestamp", "today(", "get_current_")
    reading = [
        name
        for name, node in models.items()
        if any(clock in node["compiled_code"].lower() for clock in clocks)
    ]
    assert reading == []
