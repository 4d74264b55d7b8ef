"""Fetches by URL what others publish: public addresses only, bounded in time and size."""
