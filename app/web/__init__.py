"""HTTP that knows no domain: parameters, problems, cursors, envelopes, caching, keys."""
