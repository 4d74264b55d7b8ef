"""Hearsay: what is said about AI companies, who said it, when, and how sure they were."""
