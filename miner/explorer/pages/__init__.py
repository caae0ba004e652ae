"""The explorer's pages: each takes a request and returns a `Page`, or a response to a form."""
