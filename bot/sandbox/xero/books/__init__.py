"""Entering documents the way Xero would: totals, taxes, outstanding amounts and links kept right.

Functions take the organisation first and give the new record. Nothing here speaks HTTP.
"""
