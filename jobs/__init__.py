"""Inbound time and durable work."""
