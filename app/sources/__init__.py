"""Who says: sources and the documents they published."""
