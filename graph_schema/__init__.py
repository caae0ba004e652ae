"""What the graph is made of: labels, relationships, properties and the queries it answers."""
