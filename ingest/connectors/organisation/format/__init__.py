"""Columns of the organisation's own tables, and the rules for their values."""
