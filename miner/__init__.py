"""Exominer: reads the literature on extracellular vesicles into a graph of what it claims."""

__version__ = "0.1.0"
