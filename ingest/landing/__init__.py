"""From statements as sent to raw.*: convert to Parquet, then one commit a load."""
