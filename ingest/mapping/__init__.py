"""Tables by their headings, and mappings: the YAML files that describe columns."""
