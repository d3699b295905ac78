"""What costs a call or more for each record: newest first, within a night's calls, over several nights."""
