"""Talk to Xero: consent, tokens, limits, reading. Knows nothing of storage, Slack or use cases."""
