"""Peers and limits side by side: how fast, against what, and by which index."""
