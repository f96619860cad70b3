"""Settings, files, errors, wording, progress, vocabulary: what every stage may use."""
