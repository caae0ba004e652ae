"""Claims into assertions with belief."""
