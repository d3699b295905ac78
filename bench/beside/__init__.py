"""What stands beside the bot in the measurements; each runs as a process of its own."""
