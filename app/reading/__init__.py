"""Reading an article: from a news text to candidate claims, each with the words it rests on."""
