"""Answer questions in people's own words: understand by tables, answer by facts. No language model."""
