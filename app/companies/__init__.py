"""Players: their names, products and rivals."""
