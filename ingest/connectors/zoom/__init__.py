"""Connectors of Zoom: reports, API answers, webhooks, chat and transcripts."""
