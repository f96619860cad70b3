"""The connector of logs that were downloaded from Moodle."""
