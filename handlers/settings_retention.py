"""Retention from Slack: the modal, what it does to the snapshots there are, a tick before any are lost."""

from __future__ import annotations

from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.domain.retention import Decision
from bot.domain.settings import Retention
from bot.errors import Damaged, LedgerkeepError, PostRefused, Transient
from bot.log import get_logger
from bot.services.desk import Desk
from bot.services.settings import Amended, mark
from bot.slack.client import OpenModal
from bot.views import settings as views
from bot.views import settings_keeping as keeping
from bot.views.blocks import Block
from handlers import settings_fields as fields
from handlers.settings_answers import Done, kept, kept_by, overtaken
from handlers.settings_fields import Json, Wrong

log = get_logger(__name__)
NOT_TICKED = "Tick this if that is meant; else put back the larger numbers, or close this form."


def opened(desk: Desk, actor: Actor, value: str) -> Block:
    """Draw the modal from what is set: a click is good for three seconds, and counting may take longer."""
    return _drawn(desk, kept_by(desk, actor, value), None)


def count(desk: Desk, actor: Actor, value: str, modal: OpenModal) -> None:
    """Add to the open modal how many snapshots the settings keep; failing is no trouble."""
    try:
        organisation = kept_by(desk, actor, value)
        effect = _effect(desk, organisation, None)
        if effect is not None:
            desk.slack.update_modal(actor.workspace_id, modal, _drawn(desk, organisation, effect))
    except (LedgerkeepError, PostRefused) as error:  # closed in the meantime, for instance
        log.info("retention_not_counted", error=type(error).__name__)


def changed(desk: Desk, actor: Actor, view: Json) -> Done | Block:
    """Take what was sent; where it keeps less than before, ask again with the number of what is lost."""
    organisation, marks = kept(desk, actor, view)
    seen, _, was_held = marks.partition(".")
    held, before = desk.settings.is_held(organisation), desk.settings.organisation(organisation.id).retention
    wanted, hold = fields.retention(view), fields.held(view)
    if was_held != str(int(held)) or seen != mark(before):
        raise overtaken(desk, actor, organisation)
    if wanted.keeps_less_than(before) or (held and not hold):
        asked = _unsure(desk, organisation, view, wanted, hold=hold, ref=f"{organisation.id}.{marks}")
        if asked is not None:
            return asked
    became = desk.settings.amend_organisation(actor, organisation, "retention", wanted, seen=seen)
    if became is Amended.OVERTAKEN:
        raise overtaken(desk, actor, organisation)
    if not desk.settings.hold(actor, organisation, on=hold) and became is Amended.SAME:
        return Done(told=views.unchanged())
    desk.schedules.settle_organisation(organisation.id)
    return _done(actor, organisation, wanted, hold=hold)


def _unsure(
    desk: Desk, organisation: Organisation, view: Json, wanted: Retention, *, hold: bool, ref: str
) -> Block | None:
    """Give the modal that asks again, or None when the tick in this one names what would be lost now."""
    effect = _effect(desk, organisation, wanted)
    if keeping.sure(effect) in fields.ticked(view, keeping.FEWER):
        return None
    again = keeping.sure_modal(organisation.name, wanted, held=hold, ref=ref, effect=effect)
    if _tick(again) == _tick(view):
        raise Wrong(keeping.FEWER, NOT_TICKED)
    return again


def _tick(view: Json) -> str:
    """Say what the tick of a modal says; "" when it has none."""
    found = (one for one in view.get("blocks", ()) if one.get("block_id") == keeping.FEWER)
    return next((str(one["element"]["options"][0]["text"]["text"]) for one in found), "")


def _effect(desk: Desk, organisation: Organisation, wanted: Retention | None) -> Decision | None:
    try:
        return desk.pruning.preview(organisation, wanted)
    except (Transient, Damaged) as error:  # the store does not answer, or more is wrong than retention
        log.info("retention_not_counted", error=type(error).__name__)
        return None


def _drawn(desk: Desk, organisation: Organisation, effect: Decision | None) -> Block:
    now, held = desk.settings.organisation(organisation.id).retention, desk.settings.is_held(organisation)
    ref = f"{organisation.id}.{mark(now)}.{int(held)}"
    return keeping.retention_modal(organisation.name, now, held=held, ref=ref, effect=effect)


def _done(actor: Actor, organisation: Organisation, wanted: Retention, *, hold: bool) -> Done:
    told = views.saved(
        "The retention has changed.",
        f"{views.subject(organisation)} keeps: {keeping.meaning(wanted, held=hold)}",
    )
    line = views.retention_changed(organisation.name, wanted, held=hold, by=actor.user_id)
    return Done(told=told, heard=((organisation.home_channel, line),))
