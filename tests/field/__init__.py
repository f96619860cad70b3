"""Inputs made after public reports of faults, each with its right values."""
