"""PRESENT: pages for leaders, from the published file and the journal only."""
