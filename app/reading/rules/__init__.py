"""The first reader: rules over the structure of a text, from sentences to deals."""
