"""Look into the copies: what changed, what is worth a look, searching, exporting, and what is kept."""
