"""What files have in common: encodings, delimiters, dates, durations, sections."""
