"""Backups from Slack: now, stop, status, history."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond

from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.errors import AlreadyRunning, AmbiguousOrganisation, NotHere
from bot.services.desk import Desk
from bot.views import backup as views
from bot.views import ids
from bot.views.message import Message
from handlers.errors import told
from handlers.reply import privately


def register(app: App, desk: Desk) -> None:
    """Bind the buttons."""

    def start(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        privately(respond, _start(desk, context["actor"], action.get("value", "")))

    for action_id in (ids.BACK_UP_NOW, ids.BACK_UP_AGAIN):
        app.action(action_id)(start)

    @app.action(ids.STOP_BACKUP)
    def stop(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        privately(respond, _stop(desk, context["actor"], action.get("value", "")))

    @app.action(ids.CHOOSE_PATTERN)
    def choose(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        found = ids.CHOOSE_PATTERN.match(str(action.get("action_id", "")))
        word = found.group("command") if found else "status"
        from handlers import commands

        reference = ids.referred(str(action.get("value", ""))) or ""
        privately(respond, commands.answer(desk, context["actor"], f"{word} {reference}"))


def now(desk: Desk, actor: Actor, asked: str) -> Message:
    """Start a backup of the organisation that is meant."""
    try:
        organisation = desk.organisations.find(actor, asked)
    except AmbiguousOrganisation as several:
        return _which(desk, actor, several, "now")
    return _begin(desk, actor, organisation)


def status(desk: Desk, actor: Actor, _rest: str) -> Message:
    """Say how every organisation at home here stands."""
    return views.status([desk.backups.status(one) for one in desk.organisations.seen_by(actor)])


def history(desk: Desk, actor: Actor, asked: str) -> Message:
    """List the last backups of one organisation."""
    try:
        organisation = desk.organisations.find(actor, asked)
    except AmbiguousOrganisation as several:
        return _which(desk, actor, several, "history")
    return views.history(organisation.name, desk.backups.history(organisation))


@told
def _start(desk: Desk, actor: Actor, value: str) -> Message:
    return _begin(desk, actor, at_home(desk, actor, value))


@told
def _stop(desk: Desk, actor: Actor, value: str) -> Message:
    return views.stopping(desk.backups.request_stop(actor, ids.referred(value) or ""))


def _begin(desk: Desk, actor: Actor, organisation: Organisation) -> Message:
    try:
        desk.backups.request(organisation, actor)
    except AlreadyRunning as running:
        return views.already_running(desk.backups.run(running.run_id), "")
    return views.queued(organisation.name)


def at_home(desk: Desk, actor: Actor, value: str) -> Organisation:
    """Give the organisation a button refers to, if it is at home where the click was; raises NotHere."""
    wanted = ids.referred(value)
    found = [one for one in desk.organisations.seen_by(actor) if one.id == wanted]
    if not found:
        raise NotHere
    return found[0]


def _which(desk: Desk, actor: Actor, several: AmbiguousOrganisation, word: str) -> Message:
    chosen = [(one.id, one.name) for one in desk.organisations.seen_by(actor) if one.name in several.names]
    return views.choose_organisation(chosen, word)
