"""The commands that feed a Hearsay server over HTTP: from files, and from what others publish."""
