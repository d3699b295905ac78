"""Link and unlink an organisation from Slack."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond

from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.errors import LedgerkeepError, Refused
from bot.services.desk import Desk
from bot.services.posts import Address
from bot.services.tickets import LIFE
from bot.services.unlinking import HELD
from bot.views import connect as views
from bot.views import ids
from bot.views.errors import refused
from bot.views.message import Message
from bot.views.words import same_name
from handlers.backup import UNLINKED, at_home
from handlers.errors import answer_for, told
from handlers.reply import directly, privately

NEEDS_CHANNEL = "Please type this in the channel where this organisation's backups should be reported."
WRONG_NAME = "This is not the organisation's name. Nothing was deleted."
NO_NAME = "Type the organisation's name to delete its copies, or keep the copies. Nothing was deleted."
STILL_RUNNING = "A backup is running. Stop it first, or keep the copies. Nothing was deleted."


def register(app: App, desk: Desk) -> None:
    """Bind the buttons and the modal."""

    @app.action(ids.CONNECT)
    def connect(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        actor = context["actor"]
        privately(desk.posts, actor, respond, _offer(desk, actor, str(action.get("value", ""))))

    @app.action(ids.CONNECT_LINK)
    def opened(ack: Ack) -> None:
        ack()  # a link button: the browser does the rest

    for input_id in (ids.COPIES_ACTION, ids.TYPED_NAME_ACTION):
        app.action(input_id)(_only_acknowledge)

    @app.action(ids.DISCONNECT)
    def disconnect(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, respond: Respond
    ) -> None:
        ack()
        actor = context["actor"]
        refusal = _open_modal(desk, actor, str(action.get("value", "")), str(body["trigger_id"]))
        if refusal is not None:
            privately(desk.posts, actor, respond, refusal)

    @app.view(ids.DISCONNECT_MODAL)
    def confirmed(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        _confirm(ack, desk, context["actor"], view)


def offer(desk: Desk, actor: Actor, _rest: str) -> Message:
    """Give a private link to Xero's consent page."""
    if actor.in_direct_message:
        raise Refused(NEEDS_CHANNEL)
    return _link(desk, actor, None)


def _link(desk: Desk, actor: Actor, organisation_id: str | None) -> Message:
    return views.connect_offer(
        desk.connections.offer(actor, organisation_id=organisation_id),
        int(LIFE.total_seconds() // 60),
        beside=desk.connections.asked_beside(actor, organisation_id=organisation_id),
    )


@told
def _offer(desk: Desk, actor: Actor, value: str) -> Message:
    """Offer a link; for an organisation that a button names, it is its home that hears of it."""
    if value:
        organisation = at_home(desk, actor, value)
        return _link(desk, replace(actor, channel_id=organisation.home_channel), organisation.id)
    if not actor.channel_id:  # App Home belongs to no channel
        raise Refused(NEEDS_CHANNEL)
    return offer(desk, actor, "")


def _only_acknowledge(ack: Ack) -> None:
    ack()


@told
def _open_modal(desk: Desk, actor: Actor, value: str, trigger_id: str) -> Message | None:
    organisation = at_home(desk, actor, value)
    desk.access.require_keeper(
        actor, "disconnect an organisation", action="disconnect", organisation_id=organisation.id
    )
    snapshots = desk.backups.snapshot_count(organisation)
    modal = views.disconnect_modal(organisation.name, ids.reference(organisation.id), snapshots)
    desk.slack.open_modal(actor.workspace_id, trigger_id, modal)
    return None


def _confirm(ack: Ack, desk: Desk, actor: Actor, view: dict[str, Any]) -> None:
    delete, typed = _filled_in(view)
    organisation = _meant(desk, actor, view)
    if organisation is None:
        ack()
        directly(desk.posts, actor, refused(Refused(UNLINKED)))
        return
    if delete and not same_name(typed, organisation.name):
        ack(response_action="errors", errors={ids.TYPED_NAME_BLOCK: WRONG_NAME if typed else NO_NAME})
        return
    if delete and desk.backups.running(organisation) is not None:
        ack(response_action="errors", errors={ids.COPIES_BLOCK: STILL_RUNNING})
        return
    if delete and desk.settings.is_held(organisation):
        ack(response_action="errors", errors={ids.COPIES_BLOCK: HELD.replace("`", "")})
        return
    ack()
    try:
        message = _unlinked(desk, actor, organisation, delete=delete)
    except LedgerkeepError as error:
        directly(desk.posts, actor, answer_for(error))
        return
    to = Address(
        workspace_id=organisation.workspace_id,
        channel_id=organisation.home_channel,
        instead_user=actor.user_id,
    )
    desk.posts.send(f"unlink:{organisation.id}:{view.get('id', '')}", to, message.payload)


def _meant(desk: Desk, actor: Actor, view: dict[str, Any]) -> Organisation | None:
    """Give the organisation the modal was opened for, as long as it is linked."""
    wanted = ids.referred(str(view.get("private_metadata", "")))
    linked = desk.organisations.linked(actor.workspace_id)
    return next((one for one in linked if one.id == wanted), None)


def _unlinked(desk: Desk, actor: Actor, organisation: Organisation, *, delete: bool) -> Message:
    running = desk.backups.running(organisation)
    if running is not None:  # it could read nothing more; a stop tells so better than a failure
        desk.access.require_keeper(
            actor, "disconnect an organisation", action="disconnect", organisation_id=organisation.id
        )
        with suppress(Refused):  # it ended by itself
            desk.backups.request_stop(replace(actor, channel_id=organisation.home_channel), running.id)
    deleted = desk.unlinking.unlink(actor, organisation, delete_copies=delete)
    return views.unlinked(
        organisation.name, by=actor.user_id, copies_kept=not delete, deleted_objects=deleted
    )


def _filled_in(view: dict[str, Any]) -> tuple[bool, str]:
    """Read the modal: whether the copies are to be deleted, and the name that was typed."""
    values = view.get("state", {}).get("values", {})
    chosen = values.get(ids.COPIES_BLOCK, {}).get(ids.COPIES_ACTION, {}).get("selected_option") or {}
    typed = values.get(ids.TYPED_NAME_BLOCK, {}).get(ids.TYPED_NAME_ACTION, {}).get("value") or ""
    return chosen.get("value") == ids.COPIES_DELETE, str(typed)
