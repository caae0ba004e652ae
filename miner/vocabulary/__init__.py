"""Words and surface forms shared by all stages."""
