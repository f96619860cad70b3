"""Connectors of xAPI statements: files, and responses with attachments."""
