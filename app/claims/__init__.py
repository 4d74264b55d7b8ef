"""The heart: the claim, the one resolver, and the views made of them."""
