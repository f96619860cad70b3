"""Any learning record store as a source: what it stored since the last time."""
