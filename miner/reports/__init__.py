"""Write answers to files: one HTML file, a picture, a list of references."""
