"""Short forms: one item for one report, by the names people use, spelt out into documents."""
