"""Runs: what the requests of one load came to together."""
