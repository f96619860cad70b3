"""Connectors of directories: Google Workspace users and the organisation's aliases."""
