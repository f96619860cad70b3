"""What every stage may import: settings, files, errors, wording, progress."""
