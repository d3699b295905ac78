"""Restores as use cases: choose, plan, ask, decide, write, prove."""
