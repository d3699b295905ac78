"""What differs between backups, and where a record is: private answers that may name customers and amounts.

Reading may take longer than Slack waits. Then the person hears so at once, and the answer follows privately;
it is never written down on its way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond

from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.errors import AmbiguousOrganisation, Refused
from bot.log import get_logger
from bot.services.desk import Desk
from bot.services.looking.days import parted, today_of
from bot.services.looking.searching import LEAST, TOO_SHORT
from bot.services.running.runs import new_reference
from bot.views import backup as backup_views
from bot.views import errors as error_views
from bot.views import ids
from bot.views import records as views
from bot.views import versions as version_views
from bot.views.message import Message
from handlers.backup import TOO_OLD, at_home
from handlers.errors import told
from handlers.reply import confidentially

log = get_logger(__name__)

SEE_CHANGES = "see what changed in the books"
SEE_VERSIONS = "see earlier versions of a record"
FIND = "search the copies"
CHOOSE_VERSIONS = re.compile(r"^choose:versions:\d+$")
CHOOSE_DIFF = re.compile(r"^choose:diff:\d+$")


def register(app: App, desk: Desk) -> None:
    """Bind the buttons."""

    @app.action(ids.SEE_CHANGES)
    def see(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        actor = context["actor"]
        message = _of_run(desk, actor, str(action.get("value", "")), respond)
        confidentially(desk.slack, actor, respond, message)

    @app.action(CHOOSE_VERSIONS)
    def versions(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        actor = context["actor"]
        message = _versions(desk, actor, str(action.get("value", "")), respond)
        confidentially(desk.slack, actor, respond, message)

    @app.action(CHOOSE_DIFF)
    def chosen(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        actor = context["actor"]
        message = _of_chosen(desk, actor, str(action.get("value", "")), respond)
        confidentially(desk.slack, actor, respond, message)


def diff(desk: Desk, actor: Actor, asked: str, respond: Respond) -> Message:
    """Say what differs between the last two backups of an organisation."""
    try:
        organisation = desk.access.find(actor, asked)
    except AmbiguousOrganisation as several:
        seen = [(one.id, one.name) for one in desk.access.seen_by(actor) if one.name in several.names]
        return backup_views.choose_organisation(seen, "diff")
    return _latest(desk, actor, organisation, respond)


def find(desk: Desk, actor: Actor, asked: str, respond: Respond) -> Message:
    """Find records in the copies of what the actor may see here."""
    visible = desk.access.seen_by(actor)
    desk.access.require_insider(actor, FIND, action="find")
    words, day = parted(asked, max((today_of(one, desk.now()) for one in visible), default=desk.now().date()))
    if sum(char.isalnum() for char in words) < LEAST:
        return views.how_to_find(TOO_SHORT)
    with desk.db.session() as session:  # that somebody searched, not for what
        desk.audit.note(session, actor, "find", "done", detail={"organisations": len(visible)})
    return aside(desk, actor, respond, lambda: views.found(desk.searching.search(visible, words, day), words))


@told
def _versions(desk: Desk, actor: Actor, value: str, respond: Respond) -> Message:
    """Tell the versions of the record whose button was pressed."""
    organisation_id, _, record = (ids.referred(value) or "").partition("/")
    resource, _, record_id = record.partition("/")
    if not record_id:
        raise Refused(TOO_OLD)
    organisation = at_home(desk, actor, ids.reference(organisation_id))
    desk.access.require_insider(actor, SEE_VERSIONS, action="versions", organisation_id=organisation.id)
    with desk.db.session() as session:  # that somebody looked at a record's past, not at whose
        desk.audit.note(session, actor, "versions", "done", organisation_id=organisation.id)
    return aside(
        desk,
        actor,
        respond,
        lambda: version_views.story(desk.differences.versions(organisation, resource, record_id)),
    )


@told
def _of_run(desk: Desk, actor: Actor, value: str, respond: Respond) -> Message:
    run_id = ids.referred(value)
    if run_id is None:
        raise Refused(TOO_OLD)
    run = desk.backups.run(run_id)
    organisation = at_home(desk, actor, ids.reference(run.organisation_id))
    _admit(desk, actor, organisation)
    return aside(
        desk,
        actor,
        respond,
        lambda: _drawn(organisation, lambda: desk.differences.of_run(organisation, run_id)),
    )


@told
def _of_chosen(desk: Desk, actor: Actor, value: str, respond: Respond) -> Message:
    return _latest(desk, actor, at_home(desk, actor, value), respond)


def _latest(desk: Desk, actor: Actor, organisation: Organisation, respond: Respond) -> Message:
    _admit(desk, actor, organisation)
    return aside(
        desk,
        actor,
        respond,
        lambda: _drawn(organisation, lambda: desk.differences.latest(organisation)),
    )


def _admit(desk: Desk, actor: Actor, organisation: Organisation) -> None:
    """Let no guests pass: changes name people and amounts. Write down who asked, not what they were."""
    desk.access.require_insider(actor, SEE_CHANGES, action="diff", organisation_id=organisation.id)
    with desk.db.session() as session:
        desk.audit.note(session, actor, "diff", "done", organisation_id=organisation.id)


def _drawn(organisation: Organisation, compared: Callable[[], Any]) -> Message:
    found = compared()
    return views.differences(found) if found else views.nothing_to_compare(organisation.name)


def aside(desk: Desk, actor: Actor, respond: Respond, work: Callable[[], Message]) -> Message:
    """Do the reading beside the listeners; what is not ready at once is told to the person when it is."""

    def later(done: Future[Message]) -> None:
        if done.cancelled():  # this process is ending; the person asks again
            return
        broken = done.exception()
        if broken is None:
            message = done.result()
        else:
            reference = new_reference()
            log.error("aside_broken", exc_info=broken, reference=reference)
            message = error_views.broken(reference)
        confidentially(desk.slack, actor, respond, message)

    who = f"{actor.workspace_id}:{actor.user_id}"
    return desk.aside.run(who, told(work), later) or views.looking()
