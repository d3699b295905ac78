"""Outgoing Slack: a client per workspace, and where installations are kept. Handles nothing that comes in."""
