"""Parsers that every connector uses: text, delimiters, dates, durations, numbers."""
