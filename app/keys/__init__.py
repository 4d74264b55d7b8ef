"""Keys: who may read, ingest, review and administer over HTTP, and how often."""
