"""Connectors of BigBlueButton: webhooks, callbacks, dashboards and recordings."""
