"""Harvesters and readers: each service or file format turned into articles."""
