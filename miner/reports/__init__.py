"""Answers as files: an HTML report, a picture, a list of references."""
