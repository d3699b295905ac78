"""What people read in Slack: pure functions from domain values to blocks, and the checker of Slack's limits.

Nothing in here may talk to Slack, Xero, a database or a clock.
"""
