"""Recipes that make the lexicon."""
