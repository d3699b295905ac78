"""A backup from the first call to the summary: runs, their steps, their endings."""
