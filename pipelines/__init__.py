"""Recipes: how lexicons and weights are made, and how everything is measured."""
