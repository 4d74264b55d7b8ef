"""A second reader: a language model behind an OpenAI-compatible endpoint, believed in nothing."""
