"""What statements and reports come packed in: arrays, compression, archives."""
