"""The explorer's pages: each takes a request and gives a `Page`, or a response after a form was sent."""
