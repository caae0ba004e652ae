"""The graph over Bolt, and the embedded server it runs on by default."""
