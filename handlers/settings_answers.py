"""How a settings modal that was sent is answered: rights and marks looked at again, mistakes at fields."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt import Ack

from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.errors import LedgerkeepError, Refused
from bot.services.desk import Desk
from bot.services.posts import Address
from bot.views import ids
from bot.views.blocks import Block
from bot.views.message import Message
from bot.views.words import plain_name
from handlers import settings_fields as fields
from handlers.backup import UNLINKED, at_home
from handlers.reply import directly
from handlers.settings_fields import Json, Wrong

CHANGE, NAME = "change settings", "name keepers and approvers"
NO_FORM = "This form comes from another version of Ledgerkeep. Please open it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a change is answered with: to the person, and in channels or in place of messages there."""

    told: Message
    heard: tuple[tuple[Address | str, Message], ...] = ()


Form = Callable[[Desk, Actor, Json], Done | Block]


def answer(ack: Ack, desk: Desk, actor: Actor, view: Json, form: Form) -> None:
    """Do what a modal asks; what is wrong, or to be asked again, is shown in it: nothing typed is lost."""
    try:
        done = form(desk, actor, view)
    except LedgerkeepError as error:
        block = error.block if isinstance(error, Wrong) else fields.first_field(view)
        ack(response_action="errors", errors={block: str(error)})
        return
    if not isinstance(done, Done):
        ack(response_action="update", view=done)
        return
    ack()
    directly(desk.posts, actor, done.told)
    tell(desk, actor, done)


def tell(desk: Desk, actor: Actor, done: Done) -> None:
    """Let the channels hear of a change."""
    for place, message in done.heard:
        to = Address(workspace_id=actor.workspace_id, channel_id=place) if isinstance(place, str) else place
        desk.posts.send(f"settings:{uuid.uuid4().hex}", to, message.payload)


def about(view: Json) -> tuple[str, str]:
    """Give what a modal is about and the mark of what was set when it opened; raises Refused."""
    subject, _, seen = (ids.referred(str(view.get("private_metadata", ""))) or "").partition(".")
    if not subject or not seen:
        raise Refused(NO_FORM)
    return subject, seen


def kept(desk: Desk, actor: Actor, view: Json) -> tuple[Organisation, str]:
    """Give the linked organisation of a modal and its mark, if the person may change its settings now."""
    subject, seen = about(view)
    linked = desk.organisations.linked(actor.workspace_id)
    organisation = next((one for one in linked if one.id == subject), None)
    desk.access.require_keeper(
        actor, CHANGE, action="settings.sent", organisation_id=organisation.id if organisation else None
    )
    if organisation is None:
        raise Refused(UNLINKED)
    return organisation, seen


def kept_by(desk: Desk, actor: Actor, value: str) -> Organisation:
    """Give the organisation of a button, if the person may change its settings."""
    organisation = at_home(desk, actor, value)
    desk.access.require_keeper(actor, CHANGE, action="settings.opened", organisation_id=organisation.id)
    return organisation


def overtaken(desk: Desk, actor: Actor, organisation: Organisation | None) -> Refused:
    """Say who changed it meanwhile."""
    by = desk.settings.last_changed_by(actor.workspace_id, organisation.id if organisation else None)
    name = desk.access.name_of(actor, by)
    who = "You" if by == actor.user_id else plain_name(name, 40) if name else "Somebody"
    return Refused(f"{who} changed this meanwhile. Close this form and open it again.")


def kept_workspace(desk: Desk, actor: Actor, view: Json) -> str:
    """Give the mark of a workspace's modal, if the person may change settings now."""
    desk.access.require_keeper(actor, CHANGE, action="settings.sent")
    return _of_workspace(actor, view)


def named_workspace(desk: Desk, actor: Actor, view: Json) -> str:
    """Give the mark of a workspace's modal, if the person may name others now."""
    desk.access.require_admin(actor, NAME, action="settings.sent")
    return _of_workspace(actor, view)


def _of_workspace(actor: Actor, view: Json) -> str:
    subject, seen = about(view)
    if subject != actor.workspace_id:
        raise Refused(NO_FORM)
    return seen
