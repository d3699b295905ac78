"""What somebody on the tour does, by theme; the order of the steps stands in bot/tour.py."""
