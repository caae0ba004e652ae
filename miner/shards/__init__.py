"""Shards: stretches of texts that are read as one, and the files that hold what was read in them."""
