"""Unpack deliveries: archives, compression, and JSON arrays of statements."""
