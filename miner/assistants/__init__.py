"""The graph for assistants: tools over the Model Context Protocol."""
