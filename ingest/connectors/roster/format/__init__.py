"""Formats of rosters: files, people, cohorts and enrolments."""
