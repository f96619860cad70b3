"""The format of Moodle's log: events and their descriptions."""
