"""Benchmarks, run by `make bench`: ratios measured in one run, not part of the tests."""
