"""The explorer: a web application that shows a workspace's claims, with their sentences, and takes verdicts."""
