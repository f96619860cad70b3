"""Stage 7, present: pages for leaders, from the published file and the journal only."""
