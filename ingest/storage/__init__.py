"""The warehouse file: schema raw, canonical form and current version of a statement."""
