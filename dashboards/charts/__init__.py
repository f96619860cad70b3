"""Pure functions: a polars frame in; a Plotly figure, alt text and table rows out."""
