"""Negation, speculation and questions."""
