"""Stage 6, publish: suppressed cubes and person-level marts, as immutable snapshots."""
