"""Whom an article speaks of: names found, told apart, and joined if they mean the same."""
