"""Configuration of the documentation: `make docs` builds it without network."""

project = "Exominer"
author = "The Exominer authors"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = "Exominer"
html_copy_source = False
exclude_patterns = ["build"]
nb_execution_mode = "off"
"""Notebooks are shown with the outputs that `python docs/recipes.py` keeps in them."""
autodoc_typehints = "description"
autodoc_member_order = "bysource"
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing", "misc.highlighting_failure"]
