"""What statements come packed in: files, arrays, compression, archives."""
