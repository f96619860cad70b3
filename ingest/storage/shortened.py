"""Statements on disk: an id that has a column of its own is not kept twice.

Random ids hardly compress, and most of a statement's bytes would be ids. Wherever one
stands in the text, a control character takes its place, which no JSON text holds as
such; raw.statements has `statement` as a column that puts the ids back in.
"""

# In this order; the column `statement` (tables.sql) puts them back in the other one.
MARKED = ("statement_id", "registration", "technical_session_id", "actor_key")


def _shortened() -> str:
    made = "statement"
    for number, column in enumerate(MARKED, start=1):
        made = f"replace({made}, coalesce({column}, ''), chr({number}))"
    return made


def _restored() -> str:
    made = "short_statement"
    for number, column in reversed(list(enumerate(MARKED, start=1))):
        made = f"replace({made}, chr({number}), coalesce({column}, ''))"
    return made


# SQL: what raw.statements stores of the column `statement` of a query, and back
SHORTENED = f"{_shortened()} as short_statement"
RESTORED = f"{_restored()} as statement"
# SQL: both, of a query in which one of them is null
SHORT = f"coalesce(short_statement, {_shortened()}) as short_statement"
WHOLE = f"coalesce(statement, {_restored()}) as statement"
