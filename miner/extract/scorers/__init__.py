"""Extractors that score pairs of entities, and their combination."""
