"""Extractors: annotated articles turned into claims."""
