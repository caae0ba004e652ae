"""The rule extractor."""
