"""Convert statements and typed rows to Parquet, then commit each load to raw.*."""
