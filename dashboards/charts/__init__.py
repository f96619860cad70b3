"""Pure: a polars frame in, a Plotly figure and the words for it out."""
