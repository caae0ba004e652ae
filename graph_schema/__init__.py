"""The graph's schema: labels, relationships, properties, and the cookbook of queries."""
