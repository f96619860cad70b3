"""One module a source, found by its name; see `_base` for what it must offer."""
