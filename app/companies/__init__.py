"""Players: their names, figures and products."""
