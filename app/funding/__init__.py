"""Funding events: what is known of deals, and how that came to be known."""
