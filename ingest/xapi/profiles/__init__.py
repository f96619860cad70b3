"""Statements about live sessions, as the virtual classroom profile defines them."""
