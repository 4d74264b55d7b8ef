"""Batches in: identities found or made, claims stored, a result per item."""
