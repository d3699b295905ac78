"""The buttons of a restore that need no modal: give permission to write, stop, continue, compare again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond

from bot.domain.names import Actor
from bot.domain.permission import Permission
from bot.domain.restore import Restore, RestoreState
from bot.errors import Refused
from bot.services.desk import Desk
from bot.services.restoring.steering import GO_ON
from bot.services.tickets import LIFE
from bot.views import ids
from bot.views import restore_request as messages
from bot.views.message import Message
from bot.views.restore_permission import may_write_again, permission_lost
from handlers.backup import TOO_OLD
from handlers.errors import told
from handlers.reply import privately

MINUTES = int(LIFE.total_seconds() // 60)
UNLINKED = "The target is no longer linked. Link it again with `/backup connect`, then press this again."
_NEED_PERMISSION = frozenset({RestoreState.PLANNING, RestoreState.STOPPED, RestoreState.FAILED})
PERMISSION = "permission.offered"  # in the audit log


def register(app: App, desk: Desk) -> None:
    """Bind the buttons."""

    def clicked(ack: Ack, action: dict[str, Any], context: BoltContext, respond: Respond) -> None:
        ack()
        actor, value = context["actor"], str(action.get("value") or "")
        privately(desk.posts, actor, respond, _BUTTONS[str(action["action_id"])](desk, actor, value))

    for action_id in _BUTTONS:
        app.action(action_id)(clicked)

    @app.action(ids.PERMISSION_LINK)
    def opened(ack: Ack) -> None:
        ack()  # a link button: the browser does the rest


def link_to_permission(desk: Desk, actor: Actor, restore: Restore) -> str:
    """Give a private link that asks Xero to let restores write to the target; raises NotAllowed."""
    where = replace(actor, channel_id=restore.channel_id)
    return desk.connections.offer(where, organisation_id=restore.target_id, writing=True)


def after(desk: Desk, actor: Actor, restore: Restore) -> None:
    """Let the channel see what a person decided, and those who asked hear of it."""
    desk.restoring.telling.tell(restore.id)
    desk.restoring.telling.tell_in_thread(restore, actor.user_id)


@told
def _permission(desk: Desk, actor: Actor, value: str) -> Message:
    doing = "let me write to an organisation"
    restore = desk.restoring.gate.seen(actor, _id(value), PERMISSION, doing)
    desk.restoring.gate.require(actor, restore, PERMISSION, _NEED_PERMISSION)
    if restore.state.may_go_on:
        return _mending(desk, actor, restore) or may_write_again(restore)
    if desk.restoring.requesting.ask_for_plan(restore):
        return messages.permitted_already(restore)
    return messages.permission_link(restore, link_to_permission(desk, actor, restore), MINUTES)


@told
def _stop(desk: Desk, actor: Actor, value: str) -> Message:
    restore = desk.restoring.steering.stop(actor, _id(value))
    after(desk, actor, restore)
    if restore.state is RestoreState.RUNNING:  # the same state, told already, and yet it looks different now
        desk.restoring.telling.show_now(restore.id)
    return messages.stopping(restore)


@told
def _continue(desk: Desk, actor: Actor, value: str) -> Message:
    restore = desk.restoring.gate.seen(actor, _id(value), GO_ON, "let a restore go on")
    if restore.state.may_go_on and (mending := _mending(desk, actor, restore)):
        return mending
    restore = desk.restoring.steering.go_on(actor, restore.id)
    after(desk, actor, restore)
    return messages.goes_on(restore)


@told
def _compare(desk: Desk, actor: Actor, value: str) -> Message:
    restore = desk.restoring.steering.compare(actor, _id(value))
    desk.restoring.telling.tell(restore.id)
    return messages.compares(restore)


def _mending(desk: Desk, actor: Actor, restore: Restore) -> Message | None:
    """Give what lets a halted restore write again; None when it may. Raises NotAllowed, Refused."""
    permission = desk.restoring.choosing.permission(restore)
    if permission is Permission.UNLINKED:
        raise Refused(UNLINKED)
    if not permission.is_one_consent_away:
        return None
    return permission_lost(restore, link_to_permission(desk, actor, restore), MINUTES)


def _id(value: str) -> str:
    found = ids.referred(value)
    if found is None:
        raise Refused(TOO_OLD)
    return found


_BUTTONS = {
    ids.GIVE_PERMISSION: _permission,
    ids.STOP_RESTORE: _stop,
    ids.CONTINUE_RESTORE: _continue,
    ids.COMPARE_AGAIN: _compare,
}
