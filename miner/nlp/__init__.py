"""The language pipeline: text turned into sentences and grounded entities."""
