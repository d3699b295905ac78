"""Compare what was restored with what it came from. Pure, but for the report file."""
