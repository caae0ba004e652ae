"""Parsers of files and records."""
