"""Look at a restore's plan, approve it, decline it. Every refused click gets an answer."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond

from bot.domain.names import Actor
from bot.domain.restore import Restore, RestoreState
from bot.errors import LedgerkeepError, Refused, Transient
from bot.services.desk import Desk
from bot.services.restoring.approving import DECLINE, Confirmed, NotConfirmed, NotTicked
from bot.services.restoring.restores import OPEN
from bot.slack.client import OpenModal
from bot.views import ids
from bot.views.blocks import Block
from bot.views.message import Message
from bot.views.restore_review import TITLE, decline_modal, looking, notice, review_modal
from handlers import restore_fields as fields
from handlers.backup import TOO_OLD
from handlers.errors import told
from handlers.reply import privately
from handlers.restore import fill
from handlers.restore_fields import Json
from handlers.restore_steering import after

DECLINING, APPROVED, CLOSED = "Decline restore", "Approved", "Request closed"


def register(app: App, desk: Desk) -> None:
    """Bind the buttons and the modals."""

    def clicked(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, respond: Respond
    ) -> None:
        ack()
        actor, trigger_id = context["actor"], str(body.get("trigger_id") or "")
        answer = _open(desk, actor, str(action["action_id"]), str(action.get("value") or ""), trigger_id)
        if answer is not None:
            privately(desk.posts, actor, respond, answer)

    for action_id in (ids.REVIEW_PLAN, ids.DECLINE):
        app.action(action_id)(clicked)

    @app.action(ids.PLAN_FILE)
    def file_wanted(ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        ack()
        _send_file(desk, context["actor"], str(action.get("value") or ""), body.get("view") or {})

    @app.view(ids.REVIEW_MODAL)
    def approved(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        _approve(ack, desk, context["actor"], view)

    @app.view(ids.DECLINE_MODAL)
    def declined(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        _decline(ack, desk, context["actor"], view)

    def noted(ack: Ack) -> None:
        ack()

    for input_id in (ids.LIMITS_ACTION, ids.WHY_ACTION):
        app.action(input_id)(noted)


@told
def _open(desk: Desk, actor: Actor, action_id: str, value: str, trigger_id: str) -> Message | None:
    """Open a modal at once and fill it after: a click is good for three seconds."""
    restore_id = ids.referred(value)
    if restore_id is None:
        raise Refused(TOO_OLD)
    title = TITLE if action_id == ids.REVIEW_PLAN else DECLINING
    draw = _plan if action_id == ids.REVIEW_PLAN else _declining
    modal = desk.slack.open_modal(actor.workspace_id, trigger_id, looking(title))
    fill(desk, actor, modal, lambda: draw(desk, actor, restore_id), title)
    return None


def _send_file(desk: Desk, actor: Actor, value: str, view: Json) -> None:
    """Have the plan made into a file for who looks at it, and say so in the modal; what is typed stays."""
    place, modal = (
        fields.opened_in(actor, view),
        OpenModal(str(view.get("id", "")), str(view.get("hash", ""))),
    )

    def draw() -> Block:
        restore_id = ids.referred(value)
        if restore_id is None:
            raise Refused(TOO_OLD)
        desk.restoring.plan_asking.ask(place, restore_id)
        return _plan(desk, place, restore_id, file_comes=True)

    fill(desk, place, modal, draw, TITLE)


def _plan(desk: Desk, actor: Actor, restore_id: str, *, file_comes: bool = False) -> Block:
    review = desk.restoring.approving.review(actor, restore_id)
    restore, plan = review.restore, review.restore.plan
    if plan is None:
        raise Refused("There is no plan to look at.")
    ref = f"{actor.channel_id}.{restore.id}.{plan.fingerprint}"
    return review_modal(
        restore, plan, review.approvers, why_not=review.why_not, ref=ref, file_comes=file_comes
    )


def _declining(desk: Desk, actor: Actor, restore_id: str) -> Block:
    restore = desk.restoring.gate.seen(actor, restore_id, DECLINE, "decline a restore")
    desk.restoring.gate.require(actor, restore, DECLINE, OPEN)
    own = restore.requested_by == actor.user_id
    return decline_modal(restore, own=own, ref=f"{actor.channel_id}.{restore.id}")


def _approve(ack: Ack, desk: Desk, actor: Actor, view: Json) -> None:
    _, restore_id, fingerprint = [*fields.about(view), "", "", ""][:3]
    confirmed = Confirmed(
        fingerprint=fingerprint,
        typed_name=fields.typed_name(view),
        limits_known=fields.limits_known(view),
    )
    place = fields.opened_in(actor, view)
    try:
        restore = desk.restoring.approving.approve(place, restore_id, confirmed)
    except (NotConfirmed, NotTicked, Transient) as error:
        block = ids.LIMITS_BLOCK if isinstance(error, NotTicked) else ids.TYPED_NAME_BLOCK
        ack(response_action="errors", errors={block: fields.sentence_of(error)})
        return
    except LedgerkeepError as error:
        _turned_away(ack, desk, restore_id, TITLE, error)
        return
    ack(response_action="update", view=notice(APPROVED, _approved(restore)))
    after(desk, place, restore)


def _decline(ack: Ack, desk: Desk, actor: Actor, view: Json) -> None:
    _, restore_id = [*fields.about(view), "", ""][:2]
    place = fields.opened_in(actor, view)
    try:
        restore = desk.restoring.approving.decline(place, restore_id, fields.why(view))
    except LedgerkeepError as error:
        _turned_away(ack, desk, restore_id, DECLINING, error)
        return
    ack(response_action="update", view=notice(CLOSED, "The request is closed. Nothing was written."))
    after(desk, place, restore)


def _turned_away(ack: Ack, desk: Desk, restore_id: str, title: str, error: LedgerkeepError) -> None:
    """Say why not, and let the message show how the restore stands: a refusal may have made it void."""
    ack(response_action="update", view=notice(title, fields.sentence_of(error)))
    desk.restoring.gate.if_known(restore_id, desk.restoring.telling.tell)


def _approved(restore: Restore) -> str:
    if restore.state is RestoreState.WAITING:
        missing = restore.needed - len(restore.approvals)
        more = "One more approval is" if missing == 1 else f"{missing} more approvals are"
        return f"Your approval is stored. {more} needed before anything is written."
    return (
        "You approved this restore. It begins as soon as the target is free; its message shows how far it is."
    )
