"""The slides of a pack, one module each: `slide(source)` returns it."""
