"""Where things are kept: PostgreSQL, its life, its connections, and how rows are listed."""
