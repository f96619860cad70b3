"""What sqlfluff puts in the place of dbt's cross-engine macros: plain SQL."""


def type_string() -> str:
    """Return the name of the text type."""
    return "varchar"


def dateadd(_datepart: str, interval: int, moment: str) -> str:
    """Return a call that stands for a shifted date."""
    return f"date_add({moment}, {interval})"


def date_trunc(datepart: str, moment: str) -> str:
    """Return a call that stands for a truncated date."""
    return f"date_trunc('{datepart}', {moment})"


def generate_series(_upper_bound: int) -> str:
    """Return a query that stands for a series of numbers."""
    return "select generated_number from generated_numbers"


def date_spine(datepart: str, start_date: str, end_date: str) -> str:
    """Return a query that stands for a series of days."""
    return "select date_day from generated_days"
