"""Buttons that no listener knows: drawn by a version that was here before, or is to come. Registered last."""

from __future__ import annotations

import re

from slack_bolt import Ack, App, BoltContext, Respond

from bot.errors import Refused
from bot.services.desk import Desk
from handlers.backup import TOO_OLD
from handlers.errors import answer_for
from handlers.reply import privately


def register(app: App, desk: Desk) -> None:
    """Answer every click that nothing else answers: messages stay clickable for years."""

    @app.action(re.compile(""))
    def unknown(ack: Ack, context: BoltContext, respond: Respond) -> None:
        ack()
        privately(desk.posts, context["actor"], respond, answer_for(Refused(TOO_OLD)))
