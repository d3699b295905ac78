"""Inbound Slack: parse, ask one service, answer with one view."""

from __future__ import annotations

from slack_bolt import App

from bot.services.desk import Desk
from handlers import (
    approvals,
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
    restore,
    restore_steering,
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
        restore,
        restore_steering,
        approvals,
        settings,
        home,
        lifecycle,
        outdated,
    ):
        module.register(app, desk)
    errors.register(app, desk)
