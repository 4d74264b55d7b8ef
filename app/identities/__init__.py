"""Which company a name means: matched, judged, merged and split."""
