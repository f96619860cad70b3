"""What leaves Tandem again: statements as xAPI, and the attendance of a cohort."""
