"""The connector of tables that a mapping describes."""
