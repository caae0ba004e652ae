"""The flow from sources to corpus, claims, graph and files."""
