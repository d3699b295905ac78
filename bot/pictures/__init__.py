"""Pictures for Slack, drawn in a process of their own so that the bot never carries the drawing library.

Only `bot.pictures.draw` imports that library, and nothing else may import `bot.pictures.draw`.
"""
