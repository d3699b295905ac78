"""Backups from Slack: now, stop, status, history."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond

from bot.domain.names import Actor
from bot.domain.organisation import LinkState, Organisation
from bot.errors import AlreadyRunning, AmbiguousOrganisation, Refused, UnknownOrganisation
from bot.services import coverage
from bot.services.desk import Desk
from bot.services.organisations import pick
from bot.views import backup as views
from bot.views import coverage as coverage_views
from bot.views import ids
from bot.views.message import Message
from handlers.errors import told
from handlers.reply import privately

TOO_OLD = "This button comes from another version of Ledgerkeep, so I cannot tell what it was for."
UNLINKED = "This organisation is no longer linked, so there is nothing new to show or to start."


def register(app: App, desk: Desk) -> None:
    """Bind the buttons."""

    def start(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        actor = context["actor"]
        privately(desk.posts, actor, respond, _start(desk, actor, str(action.get("value", ""))))

    for action_id in (ids.BACK_UP_NOW, ids.BACK_UP_AGAIN):
        app.action(action_id)(start)

    @app.action(ids.STOP_BACKUP)
    def stop(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        actor = context["actor"]
        privately(desk.posts, actor, respond, _stop(desk, actor, str(action.get("value", ""))))

    @app.action(ids.CHOOSE_PATTERN)
    def choose(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        actor = context["actor"]
        chosen = _choose(desk, actor, str(action.get("action_id", "")), str(action.get("value", "")))
        privately(desk.posts, actor, respond, chosen)


def now(desk: Desk, actor: Actor, asked: str) -> Message:
    """Start a backup of the organisation that is meant."""
    try:
        organisation = desk.access.find(actor, asked)
    except AmbiguousOrganisation as several:
        return _which(desk, actor, several, "now")
    return _begin(desk, actor, organisation)


def status(desk: Desk, actor: Actor, asked: str) -> Message:
    """Say how every organisation that may be shown here stands, or the one that is named."""
    shown = desk.access.seen_by(actor)
    if asked:
        try:
            shown = [pick(asked, shown)]
        except AmbiguousOrganisation as several:
            shown = [one for one in shown if one.name in several.names]
    return views.status(desk.standings.of(shown), desk.now())


def history(desk: Desk, actor: Actor, asked: str) -> Message:
    """List the last backups of one organisation."""
    try:
        organisation = desk.access.find(actor, asked)
    except AmbiguousOrganisation as several:
        return _which(desk, actor, several, "history")
    return _history(desk, organisation)


def _history(desk: Desk, organisation: Organisation) -> Message:
    return views.history(organisation.name, desk.backups.history(organisation))


def coverage_of(desk: Desk, organisation: Organisation) -> Message:
    """Say what is covered of one organisation and what is not."""
    return coverage_views.report(coverage.report(organisation, desk.backups.evidence(organisation)))


@told
def _choose(desk: Desk, actor: Actor, action_id: str, value: str) -> Message:
    """Go on with the command for which an organisation was chosen."""
    found = ids.CHOOSE_PATTERN.match(action_id)
    word = found.group("command") if found else ""
    organisation = at_home(desk, actor, value)
    if word == "now":
        return _begin(desk, actor, organisation)
    if word == "history":
        return _history(desk, organisation)
    if word == "coverage":
        return coverage_of(desk, organisation)
    raise Refused(TOO_OLD)


@told
def _start(desk: Desk, actor: Actor, value: str) -> Message:
    return _begin(desk, actor, at_home(desk, actor, value))


@told
def _stop(desk: Desk, actor: Actor, value: str) -> Message:
    run_id = ids.referred(value)
    if run_id is None:
        raise Refused(TOO_OLD)
    return views.stopping(desk.backups.request_stop(actor, run_id))


def _begin(desk: Desk, actor: Actor, organisation: Organisation) -> Message:
    try:
        desk.backups.request(organisation, actor)
    except AlreadyRunning as running:
        if not running.run_id:  # it ended between the two looks
            raise
        return views.already_running(desk.backups.run(running.run_id), "")
    return views.queued(organisation.name)


def at_home(desk: Desk, actor: Actor, value: str) -> Organisation:
    """Give the linked organisation a button refers to, if it may be shown to the actor where they clicked.

    Raises NotHere; Refused for a button of an older version, or of an organisation that was disconnected.
    """
    wanted = ids.referred(value)
    if wanted is None:
        raise Refused(TOO_OLD)
    try:
        organisation = desk.organisations.get(wanted)
    except UnknownOrganisation:
        raise desk.access.not_here(actor) from None
    desk.access.require_seen(actor, organisation)
    if organisation.state is LinkState.UNLINKED:
        raise Refused(UNLINKED)
    return organisation


def _which(desk: Desk, actor: Actor, several: AmbiguousOrganisation, word: str) -> Message:
    chosen = [(one.id, one.name) for one in desk.access.seen_by(actor) if one.name in several.names]
    return views.choose_organisation(chosen, word)
