"""What Xero keeps, what of it is read and restored, and what its API does not offer."""
