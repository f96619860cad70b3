"""Formats of Google Meet's reports, audit log and API answers."""
