"""Players side by side, with what makes figures comparable or not."""
