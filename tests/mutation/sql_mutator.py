"""Mutations of one SQL query: what a unit test of the query ought to notice.

A mutation changes one node of the parsed query: a comparison, a number, a default of
`coalesce`, a kind of join, `and` or `or`, a null test, a smallest or greatest value, a
truth value. Types and aliases stay as they are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

DIALECT = "duckdb"

Change = Callable[[exp.Expression], exp.Expression]

# node -> what may stand in its place, with the same two operands
SWAPPED: dict[type[exp.Expression], tuple[type[exp.Expression], ...]] = {
    exp.LT: (exp.LTE, exp.GTE),
    exp.LTE: (exp.LT, exp.GT),
    exp.GT: (exp.GTE, exp.LTE),
    exp.GTE: (exp.GT, exp.LT),
    exp.And: (exp.Or,),
    exp.Or: (exp.And,),
    exp.Max: (exp.Min,),
    exp.Min: (exp.Max,),
    exp.Greatest: (exp.Least,),
    exp.Least: (exp.Greatest,),
    exp.ArgMax: (exp.ArgMin,),
    exp.ArgMin: (exp.ArgMax,),
    exp.LogicalAnd: (exp.LogicalOr,),
    exp.LogicalOr: (exp.LogicalAnd,),
}


@dataclass(frozen=True)
class Mutation:
    """One change of one node.

    Attributes:
        node: position of the node in a breadth-first walk of the query.
        change: which of the node's changes, from 0.
        place: name of the enclosing CTE, empty in the last select.
        before: the node as SQL.
        after: what replaces it, as SQL.
        around: the expression that the node is part of, as SQL.
    """

    node: int
    change: int
    place: str
    before: str
    after: str
    around: str


def mutations(query: exp.Expression) -> Iterator[Mutation]:
    """Yield every mutation of a query, in the order of its nodes."""
    for position, node in enumerate(query.walk()):
        for number, change in enumerate(_changes(node)):
            changed = change(node.copy())
            texts = (_sql(node), _sql(changed), _around(node))
            yield Mutation(position, number, _place(node), *texts)


def mutate(query: exp.Expression, node: int, change: int) -> exp.Expression:
    """Return a copy of a query with one mutation.

    Args:
        query: the query; it is left as it is.
        node: the mutation's node.
        change: the mutation's change.
    """
    copy = query.copy()
    found = next(each for place, each in enumerate(copy.walk()) if place == node)
    replacement = _changes(found)[change](found.copy())
    if found is copy:
        return replacement
    found.replace(replacement)
    return copy


def count_changes(node: exp.Expression) -> int:
    """Return how many mutations a node has."""
    return len(_changes(node))


def _changes(node: exp.Expression) -> list[Change]:
    changes: list[Change] = [_as(kind) for kind in SWAPPED.get(type(node), ())]
    if isinstance(node, exp.Literal):
        changes += _of_literal(node)
    elif isinstance(node, exp.Boolean):
        changes.append(lambda old: exp.Boolean(this=not old.this))
    elif isinstance(node, exp.Coalesce):
        changes.append(lambda old: old.this)
    elif isinstance(node, exp.Join):
        changes += _of_join(node)
    elif isinstance(node, exp.Between):
        changes += [_open_low, _open_high]
    elif isinstance(node, exp.Not):
        changes.append(lambda old: exp.paren(old.this, copy=False))
    elif isinstance(node, exp.Is) and not isinstance(node.parent, exp.Not):
        changes.append(lambda old: exp.Not(this=exp.paren(old, copy=False)))
    return changes


def _as(kind: type[exp.Expression]) -> Change:
    def change(old: exp.Expression) -> exp.Expression:
        return kind(**old.args)

    return change


def _of_literal(node: exp.Literal) -> list[Change]:
    is_interval = isinstance(node.parent, exp.Interval)
    if node.find_ancestor(exp.DataType) or (node.is_string and not is_interval):
        return []
    text = str(node.this)
    try:
        number = Decimal(text)
    except ArithmeticError:
        return []
    is_whole = number == number.to_integral_value()
    step = Decimal(1).scaleb(0 if is_whole else number.as_tuple().exponent)

    def shifted(by: Decimal) -> Change:
        return lambda old: exp.Literal(
            this=format(number + by, "f"), is_string=old.is_string
        )

    return [shifted(step), shifted(-step)]


def _of_join(node: exp.Join) -> list[Change]:
    """Return inner for left or full, left for inner; a cross join has no other kind."""
    side, kind = node.side, node.kind
    if not (node.args.get("on") or node.args.get("using")):
        return []

    def turned(side: str, kind: str) -> Change:
        def change(old: exp.Expression) -> exp.Expression:
            old.set("side", side)
            old.set("kind", kind)
            return old

        return change

    if kind in ("SEMI", "ANTI"):
        return [turned(side, "ANTI" if kind == "SEMI" else "SEMI")]
    if side == "FULL":
        return [turned("", "INNER"), turned("LEFT", "")]
    return [turned("", "INNER")] if side == "LEFT" else [turned("LEFT", "")]


def _open_low(old: exp.Expression) -> exp.Expression:
    return exp.paren(
        exp.and_(
            exp.GT(this=old.this, expression=old.args["low"]),
            exp.LTE(this=old.this.copy(), expression=old.args["high"]),
        )
    )


def _open_high(old: exp.Expression) -> exp.Expression:
    return exp.paren(
        exp.and_(
            exp.GTE(this=old.this, expression=old.args["low"]),
            exp.LT(this=old.this.copy(), expression=old.args["high"]),
        )
    )


def _place(node: exp.Expression) -> str:
    enclosing = node.find_ancestor(exp.CTE)
    return enclosing.alias if enclosing else ""


def _around(node: exp.Expression) -> str:
    """Return the enclosing expression, two levels up at most and never a query."""
    found = node
    for _ in range(2):
        above = found.parent
        if above is None or isinstance(above, exp.Query | exp.CTE):
            break
        found = above
    return "" if found is node else _sql(found)


def _sql(node: exp.Expression) -> str:
    return " ".join(node.sql(dialect=DIALECT).split())
