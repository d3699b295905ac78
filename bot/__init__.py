"""The product: backups, restores and answers; knows nothing of handlers and jobs."""
