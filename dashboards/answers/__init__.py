"""Pure: published rows in; sentences, tiles and the rows of tables out."""
