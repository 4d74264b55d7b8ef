"""Markets: who is said to compete with whom, and in what."""
