"""How well articles are read, beside labels that people made."""
