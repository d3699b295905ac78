"""A pretend Slack workspace that speaks HTTP: Web API, signed requests to the bot, Socket Mode, and a page.

For the demo and for tests. Strict on purpose: what Slack would refuse is refused here. It knows nothing of
the product except the checker of Slack's limits, and it is not Slack.
"""

from __future__ import annotations

from bot.sandbox.slack.acting import Answer
from bot.sandbox.slack.people import Channel, Message, OpenView, Person
from bot.sandbox.slack.realm import ApiCall
from bot.sandbox.slack.server import Lever, PretendSlack

__all__ = ["Answer", "ApiCall", "Channel", "Lever", "Message", "OpenView", "Person", "PretendSlack"]
