"""Use cases: permission, transaction, audit; one file per noun. Draws nothing."""
