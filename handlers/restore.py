"""Ask for a restore or a rehearsal: the form, opened at once, filled after. approvals.py decides on them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.domain.names import Actor
from bot.domain.restore import Restore
from bot.domain.restore_form import Filled, RestoreForm
from bot.domain.restore_plan import Choice
from bot.errors import AmbiguousOrganisation, LedgerkeepError, PostRefused, UnknownOrganisation
from bot.log import get_logger
from bot.services.desk import Desk
from bot.services.restoring.requesting import Wanted
from bot.slack.client import OpenModal
from bot.views import ids
from bot.views.blocks import Block
from bot.views.message import Message
from bot.views.restore_choose import DRILL_WHY, TITLE, restore_modal, title_of
from bot.views.restore_review import looking, notice, permission_needed
from bot.views.settings_words import approvers
from handlers import restore_fields as fields
from handlers.errors import told
from handlers.restore_fields import Json, Wrong
from handlers.restore_steering import MINUTES, link_to_permission

log = get_logger(__name__)
OPENED = "restore.opened"  # in the audit log
ASK = "ask for a restore"


def register(app: App, desk: Desk) -> None:
    """Bind the modal."""

    def changed(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        ack()
        view = fields.after_choosing(body.get("view") or {}, body.get("actions") or ())
        _redraw(desk, context["actor"], view)

    def noted(ack: Ack) -> None:
        ack()  # a field that matters when the form is sent

    at_once = (ids.RESTORE_SOURCE, ids.RESTORE_WHAT, ids.RESTORE_TYPES)
    for action_id in ids.RESTORE_INPUTS:
        app.action(action_id)(changed if action_id in at_once else noted)

    @app.view(ids.RESTORE_MODAL)
    def sent(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        _sent(ack, desk, context["actor"], view)


def ask(desk: Desk, actor: Actor, asked: str, trigger_id: str) -> Message | None:
    """Answer `/backup restore`: open the form at once, fill it after. A message: what went wrong instead."""
    return _opened(desk, actor, asked, trigger_id)


def rehearse(desk: Desk, actor: Actor, asked: str, trigger_id: str) -> Message | None:
    """Answer `/backup drill`: the same form for a rehearsal."""
    return _opened(desk, actor, asked, trigger_id, is_drill=True)


@told
def _opened(
    desk: Desk, actor: Actor, asked: str, trigger_id: str, *, is_drill: bool = False
) -> Message | None:
    title = title_of(is_drill=is_drill)
    modal = desk.slack.open_modal(actor.workspace_id, trigger_id, looking(title))
    fill(desk, actor, modal, lambda: _first(desk, actor, asked, is_drill=is_drill), title)
    return None


def fill(desk: Desk, actor: Actor, modal: OpenModal, draw: Any, title: str = TITLE) -> None:
    """Draw an open modal, or in its place why not; that it was closed meanwhile is no trouble."""
    try:
        drawn: Block = draw()
    except LedgerkeepError as error:
        drawn = notice(title, fields.sentence_of(error))
    try:
        desk.slack.update_modal(actor.workspace_id, modal, drawn)
    except (LedgerkeepError, PostRefused) as error:
        log.info("modal_not_drawn", error=type(error).__name__)


def _first(desk: Desk, actor: Actor, asked: str, *, is_drill: bool) -> Block:
    desk.access.require_insider(actor, ASK, action=OPENED)
    sources = desk.restoring.choosing.sources(actor)
    meant = sources[0].id if len(sources) == 1 else ""
    if asked:
        try:
            meant = desk.access.find(actor, asked).id
        except (AmbiguousOrganisation, UnknownOrganisation):
            meant = ""  # the form lists them all
    filled = Filled(source_id=meant, reason=DRILL_WHY if is_drill else "")
    return _drawn(desk, actor, filled, is_drill=is_drill)


def _drawn(desk: Desk, actor: Actor, filled: Filled, *, is_drill: bool) -> Block:
    form = _form(desk, actor, filled, is_drill=is_drill)
    about = (actor.channel_id, filled.source_id, *((fields.DRILL,) if is_drill else ()))
    return restore_modal(form, ref=".".join(about))


def _form(desk: Desk, actor: Actor, filled: Filled, *, is_drill: bool) -> RestoreForm:
    choosing = desk.restoring.choosing
    form = RestoreForm(
        sources=tuple(choosing.sources(actor)),
        approvers=approvers(desk.access.approvers(actor.workspace_id)),
        filled=filled,
        is_drill=is_drill,
    )
    source = form.source
    if source is None:
        return replace(form, filled=replace(filled, source_id=""))
    return replace(
        form,
        snapshots=tuple(choosing.snapshots(source)),
        targets=tuple(choosing.targets(actor, source, is_drill=is_drill)),
        types=tuple(choosing.types()),
        added=choosing.added(filled.types) if filled.types else (),
    )


def _redraw(desk: Desk, actor: Actor, view: Json) -> None:
    """Draw the form anew for what was chosen in it."""
    place, is_drill = fields.opened_in(actor, view), fields.is_drill(view)
    modal = OpenModal(str(view.get("id", "")), str(view.get("hash", "")))
    draw = partial(_drawn, desk, place, fields.filled(view), is_drill=is_drill)
    fill(desk, actor, modal, draw, title_of(is_drill=is_drill))


def _sent(ack: Ack, desk: Desk, actor: Actor, view: Json) -> None:
    """Store the request; what is wrong is shown in the form, so that nothing typed is lost."""
    place = fields.opened_in(actor, view)
    try:
        restore = desk.restoring.requesting.request(place, _wanted(desk, place, view))
    except LedgerkeepError as error:
        block = error.block if isinstance(error, Wrong) else fields.place_of(error, view)
        ack(response_action="errors", errors={block: fields.sentence_of(error)})
        return
    if desk.restoring.choosing.lacks_permission(restore):
        ack(response_action="update", view=permission_needed(restore, _link(desk, place, restore), MINUTES))
    else:
        ack()
    desk.restoring.telling.tell(restore.id)


def _link(desk: Desk, actor: Actor, restore: Restore) -> str:
    """Give the private link to permission, or "" for those who may not have one: others press the button."""
    try:
        return link_to_permission(desk, actor, restore) if desk.access.is_keeper(actor) else ""
    except LedgerkeepError:  # Slack does not say who they are: the request stands, and so does the button
        return ""


def _wanted(desk: Desk, actor: Actor, view: Json) -> Wanted:
    choosing, filled = desk.restoring.choosing, fields.checked(view)
    source, is_drill = choosing.source(actor, filled.source_id), fields.is_drill(view)
    offered = choosing.targets(actor, source, is_drill=is_drill)
    target = next((one for one in offered if one.organisation.id == filled.target_id), None)
    if target is None:
        raise Wrong(f"{ids.RESTORE_TARGET}.{source.id}", fields.NO_TARGET)
    choice = Choice(
        types=filled.types if filled.only_types else (),
        conversion=filled.conversion,
        keep_void_numbers=filled.keep_void_numbers,
        single_payments=filled.single_payments,
        history_notes=filled.history_notes,
    )
    return Wanted(
        source=source,
        snapshot_id=filled.snapshot_id,
        target=target.organisation,
        choice=choice,
        reason=filled.reason,
        is_drill=is_drill,
    )
