"""Requests of ingestion taken in: read, cut into jobs, stored apart, answered again."""
