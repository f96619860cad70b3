"""What readers are told without asking: found in the published file, then delivered.

It reads `dashboard.duckdb`, tandem.toml and access.sqlite, and nothing else: no message
can hold what a page would not show. docs/notify.md describes its use.
"""
