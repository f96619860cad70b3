"""Asking the vendors' interfaces for what a person would otherwise export by hand."""
