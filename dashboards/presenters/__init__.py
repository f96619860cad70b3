"""Pure functions: published rows in; sentences, tiles and table rows out."""
