"""The command line: `main`, one module a command, and the order of the stages."""
