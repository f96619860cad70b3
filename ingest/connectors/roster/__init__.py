"""Connectors of rosters: OneRoster, Microsoft SDS and people lists."""
