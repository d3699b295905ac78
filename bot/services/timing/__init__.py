"""What is due when: schedules by the clock on the wall, their slots, and the zones of organisations."""
