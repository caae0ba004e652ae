"""Cases rebuilt from public bug reports: what is typed, and what is right."""
