"""The core types that the stages pass to one another: frozen, JSON-ready, without I/O."""
