"""Connectors of Google Meet: attendance reports, the audit log and the REST API."""
