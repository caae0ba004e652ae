"""The corpus's assertions in the formats the field reads; each writer is a function from assertions to text."""
