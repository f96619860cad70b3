"""People: pseudonyms, the vault of names, links between accounts, and erasure."""
