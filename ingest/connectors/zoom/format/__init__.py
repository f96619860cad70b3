"""Formats of Zoom's reports, API answers, recordings and webhooks."""
