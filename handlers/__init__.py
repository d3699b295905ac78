"""Inbound Slack: parse, ask one service, answer with one view."""
