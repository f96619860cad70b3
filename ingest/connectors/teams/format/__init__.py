"""Formats of Microsoft Teams' reports, Graph answers and transcripts."""
