"""The embedded Neo4j server: its jars, Java and process."""
