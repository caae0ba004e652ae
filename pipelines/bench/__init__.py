"""Measures of time and memory."""
