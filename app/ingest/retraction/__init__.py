"""Claims taken out again, with a reason."""
