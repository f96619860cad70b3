"""Benchmarks, run by `make bench`; each reports ratios measured in one run."""
