"""Connectors of Microsoft Teams: reports, Graph answers, live events, transcripts."""
