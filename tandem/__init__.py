"""Tandem: the command line, and what every stage may use.

`tandem.core` holds settings, files, errors, wording, progress and vocabulary; it
imports no stage. `tandem.cli` holds the commands and the order of the stages.
"""
