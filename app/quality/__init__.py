"""What must not be trusted: claims that cannot all be true."""
