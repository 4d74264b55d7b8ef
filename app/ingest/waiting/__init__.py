"""Items whose names may mean several: they wait until people decide."""
