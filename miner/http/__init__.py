"""HTTP with rate limiting, retries, caching and size limits."""
