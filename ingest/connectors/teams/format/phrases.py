"""Phrases of Teams' attendance reports.

They give a report's language for inspection, the actions of the event log, and the
organiser's role. A report in a language without phrases is read by its layout.
"""

from ingest.parsing.source_phrases import source_phrases

HEADINGS = source_phrases("teams", "attendance")
CONNECTIONS = source_phrases("teams", "connections")
ACTIONS = source_phrases("teams", "actions")
ROLES = source_phrases("teams", "roles")
