"""The write side of the pretend Xero: what it takes, what it refuses, and in which words.

Elements become documents through `books/`, the same way the made-up organisations are made, so that ledger
and reports follow. Wording that Xero has published or that was captured from it stands in `messages.py`; a
rule whose wording is unknown answers with a sentence that says so, and the shape around it is Xero's.
"""
