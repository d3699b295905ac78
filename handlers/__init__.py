"""Inbound Slack: parse, ask one service, answer with one view."""

from __future__ import annotations

from slack_bolt import App

from bot.services.desk import Desk
from handlers import (
    backup,
    commands,
    connect,
    errors,
    exports,
    findings,
    home,
    lifecycle,
    middleware,
    outdated,
    questions,
    records,
    settings,
)


def register(app: App, desk: Desk) -> None:
    """Bind every command, click, modal and event to what answers it."""
    middleware.register(app, desk)
    for module in (
        commands,
        records,
        exports,
        backup,
        connect,
        findings,
        questions,
        settings,
        home,
        lifecycle,
        outdated,
    ):
        module.register(app, desk)
    errors.register(app, desk)
