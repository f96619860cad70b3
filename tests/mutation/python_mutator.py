"""Mutations of one Python module, by Cosmic Ray's operators and those of its SQL.

Of Cosmic Ray's operators those are used that move a boundary, turn a condition round or
leave out an iteration. A change inside an annotation is left out: it changes nothing
that runs. A string that holds a whole SQL statement is mutated as SQL.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from sqlglot.errors import SqlglotError

from tests.mutation import sql_mutator

COMPARISONS = """
    Lt_LtE Lt_GtE LtE_Lt LtE_Gt Gt_GtE Gt_LtE GtE_Gt GtE_Lt
    Eq_NotEq NotEq_Eq Is_IsNot IsNot_Is
"""
ARITHMETIC = """
    Add_Sub Sub_Add Mul_Div Div_Mul FloorDiv_Mul Mod_FloorDiv Pow_Mul
    BitOr_BitAnd BitAnd_BitOr
"""
OPERATORS = (
    *(f"ReplaceComparisonOperator_{pair}" for pair in COMPARISONS.split()),
    *(f"ReplaceBinaryOperator_{pair}" for pair in ARITHMETIC.split()),
    "ReplaceUnaryOperator_USub_UAdd",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_Invert",
    "AddNot",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "NumberReplacer",
    "ZeroIterationForLoop",
)
STATEMENT = re.compile(r"\s*(select|with|insert|update|delete|create|from)\b")
TWICE = re.compile(r"\bnot not\b")  # the same as leaving out the first
UNNOTICED = ("strict", "frozen")  # keywords that matter to a programmer's mistake only
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class PythonMutant:
    """One mutation of one module.

    Attributes:
        path: the module's file, from the project's root.
        line: the line of the change.
        lines: first and last line of the statement that is changed.
        change: what is changed, as text.
        source: the whole mutated module.
    """

    path: str
    line: int
    lines: tuple[int, int]
    change: str
    source: str


def python_mutants(path: str, source: str) -> Iterator[PythonMutant]:
    """Yield every mutant of a module that differs from it as a syntax tree."""
    tree = ast.parse(source)
    ignored = list(_ignored(tree))
    original = ast.dump(tree)
    for line, column, change, mutated in (*_of_code(source), *_of_sql(source, tree)):
        if any(start <= (line, column) < end for start, end in ignored):
            continue
        try:
            is_same = ast.dump(ast.parse(mutated)) == original
        except SyntaxError:
            continue
        if not is_same:
            yield PythonMutant(path, line, _statement(tree, line), change, mutated)


def _of_code(source: str) -> Iterator[tuple[int, int, str, str]]:
    nodes = list(ast_nodes(get_ast(source)))
    lines = source.splitlines()
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        spans = (span for node in nodes for span in operator.mutation_positions(node))
        for occurrence, (start, _) in enumerate(spans):
            mutated = mutate_code(source, operator, occurrence)
            if mutated is None:
                continue
            line, column = start
            after = _line(mutated, line)
            if not TWICE.search(after):
                yield line, column, _difference(lines[line - 1], after), mutated


def _of_sql(source: str, tree: ast.Module) -> Iterator[tuple[int, int, str, str]]:
    lines = source.encode().splitlines(keepends=True)
    for node in ast.walk(tree):
        query = _parsed(node)
        if query is None:
            continue
        start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
        end = sum(map(len, lines[: node.end_lineno - 1])) + node.end_col_offset
        for found in sql_mutator.mutations(query):
            changed = sql_mutator.mutate(query, found.node, found.change)
            text = repr(changed.sql(dialect=sql_mutator.DIALECT)).encode()
            mutated = source.encode()[:start] + text + source.encode()[end:]
            change = f"SQL: {found.before} → {found.after}"
            yield node.lineno, node.col_offset, change, mutated.decode()


def _parsed(node: ast.AST) -> sqlglot.exp.Expression | None:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    if not STATEMENT.match(node.value):
        return None
    try:
        parsed = sqlglot.parse_one(node.value, dialect=sql_mutator.DIALECT)
    except SqlglotError:
        return None
    return None if isinstance(parsed, sqlglot.exp.Command) else parsed


def _ignored(tree: ast.Module) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield where code begins and ends that is not mutated, as line and column."""
    for node in ast.walk(tree):
        found: list[ast.expr | None] = []
        if isinstance(node, FUNCTIONS):
            found.append(node.returns)
        elif isinstance(node, ast.AnnAssign | ast.arg):
            found.append(node.annotation)
        elif isinstance(node, ast.keyword) and node.arg in UNNOTICED:
            found.append(node.value)
        elif isinstance(node, ast.Subscript) and _is_fetched(node):
            found.append(node.slice)
        for each in found:
            if each is not None:
                start = (each.lineno, each.col_offset)
                yield start, (each.end_lineno or 0, each.end_col_offset or 0)


def _is_fetched(node: ast.Subscript) -> bool:
    """Return whether an index picks from what a query returned."""
    inner = node.value.value if isinstance(node.value, ast.Subscript) else node.value
    return isinstance(inner, ast.Call) and ast.unparse(inner.func).endswith("fetchall")


def _statement(tree: ast.Module, line: int) -> tuple[int, int]:
    """Return the first and last line of the innermost statement at a line.

    Of a statement that holds others (a loop, a function), only the lines of its head.
    """
    best = (line, line)
    smallest = None
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt):
            continue
        first, last = node.lineno, node.end_lineno or node.lineno
        body = getattr(node, "body", None)
        if body:
            last = max(first, body[0].lineno - 1)
        is_inside = first <= line <= last
        if is_inside and (smallest is None or last - first < smallest):
            best, smallest = (first, last), last - first
    return best


def _line(text: str, line: int) -> str:
    lines = text.splitlines()
    return lines[line - 1] if line <= len(lines) else ""


def _difference(before: str, after: str) -> str:
    """Return two versions of a line without what both begin and end with."""
    before, after = before.strip(), after.strip()
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    context = max(0, start - 24)
    return f"{before[context : start + 24]} → {after[context : start + 24]}"
