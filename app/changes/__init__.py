"""How what is answered changed, in the order of the writes."""
