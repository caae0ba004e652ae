"""Answers as people take them away: one HTML file, a picture, a list of references."""
