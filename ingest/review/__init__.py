"""Unmatched people as a workbook for a person to decide, read back and taken back."""
