"""Models hold SQL that both DuckDB and Spark can run; the rest is in macros.

A model is rendered as the linter renders it: the call of an engine macro becomes the
call of a function of the same name, so that only the SQL of the model itself is left.
What dbt compiles for DuckDB is read too: it calls functions that both engines have, and
those that the macros write for DuckDB. tests/spark reads what dbt compiles for Spark.
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
# Both engines have them, with one meaning.
SHARED = {
    *("abs", "cast", "coalesce", "count", "date_trunc", "decimal", "dense_rank"),
    *("exists", "exp", "extract", "first_value", "floor", "greatest", "lag", "lead"),
    *("least", "ln", "lower", "max", "md5", "min", "nullif", "rank", "replace"),
    *("row_number", "split_part", "sqrt", "substr", "sum", "trim", "try_cast"),
}
# The macros of this project and of dbt write them for one engine.
OF_DUCKDB = {
    *("array_to_string", "columns", "epoch_us", "generate_series", "list_contains"),
    *("regexp_replace", "sha256", "string_split", "timezone", "to_days"),
    *("to_microseconds", "unnest", "unpivot"),
}
OF_SPARK = {
    *("add_months", "array_contains", "array_join", "assert_true", "date", "date_add"),
    *("explode", "from_utc_timestamp", "make_dt_interval", "nvl2", "power"),
    *("regexp_replace", "sha2", "split", "to_timestamp", "to_unix_timestamp"),
    *("to_utc_timestamp", "unix_micros", "unpivot"),
}
# Words before a bracket that are no functions.
KEYWORDS = {
    *("and", "as", "by", "distinct", "else", "from", "in", "join", "not", "on", "or"),
    *("over", "select", "then", "union", "using", "values", "when", "where", "all"),
}
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


def functions_of(sql: str, dialect: str) -> set[str]:
    """Return the functions that SQL calls; a name after `as` is an alias."""
    tokens = sqlglot.tokenize(sql, dialect=dialect)
    words = [token.text.lower() for token in tokens]
    found = {
        word
        for before, word, following in zip(["", *words], words, words[1:], strict=False)
        if following == "(" and word.isidentifier() and before != "as"
    }
    return found - KEYWORDS


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


def test_compiled_models_call_only_functions_that_are_known(models: dict[str, Any]):
    unknown = {
        name: found
        for name, node in models.items()
        if (found := functions_of(node["compiled_code"], "duckdb") - SHARED - OF_DUCKDB)
    }
    assert unknown == {}


def test_a_compiled_function_of_one_engine_is_found():
    sql = "with a as (select list_sum(x) as y from t) select cast(y as date) from a"
    assert functions_of(sql, "duckdb") - SHARED - OF_DUCKDB == {"list_sum"}
    sql = "select a.b in (1), u.element from t cross join unnest(x) as u (element)"
    assert functions_of(sql, "duckdb") == {"unnest"}


def test_no_compiled_model_reads_the_clock(models: dict[str, Any]):
    clocks = ("now(", "current_date", "current_timestamp", "today(", "get_current_")
    reading = [
        name
        for name, node in models.items()
        if any(clock in node["compiled_code"].lower() for clock in clocks)
    ]
    assert reading == []
