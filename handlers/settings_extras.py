"""What is read beside the books, from Slack: the modal, and what people send from it."""

from __future__ import annotations

from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.domain.settings import Extra, ExtraCost
from bot.services.desk import Desk
from bot.services.extras import extra_cost, offered, unpermitted
from bot.services.settings import Amended, mark
from bot.views import settings as views
from bot.views import settings_extras as form
from bot.views.blocks import Block
from handlers import settings_fields as fields
from handlers.settings_answers import Done, kept, kept_by, overtaken
from handlers.settings_fields import Json


def opened(desk: Desk, actor: Actor, value: str) -> Block:
    """Draw the modal from what is set and what the newest backup counted."""
    organisation = kept_by(desk, actor, value)
    now = desk.settings.organisation(organisation.id).extras
    return form.extras_modal(
        organisation,
        now,
        offered(organisation.facts.country),
        cost_of(desk, organisation),
        ref=f"{organisation.id}.{mark(now)}",
    )


def changed(desk: Desk, actor: Actor, view: Json) -> Done:
    """Store what is ticked; what the modal did not offer stays as it was."""
    organisation, seen = kept(desk, actor, view)
    before = desk.settings.organisation(organisation.id).extras
    shown = frozenset(offered(organisation.facts.country))
    ticked = {Extra(one) for one in fields.ticked(view, form.EXTRAS) if one in shown}
    wanted = frozenset(ticked | (before - shown))
    became = desk.settings.amend_organisation(actor, organisation, "extras", wanted, seen=seen)
    if became is Amended.OVERTAKEN:
        raise overtaken(desk, actor, organisation)
    if became is Amended.SAME:
        return Done(told=views.unchanged())
    told = form.extras_saved(organisation, wanted, unpermitted(organisation, wanted))
    line = form.extras_changed(organisation.name, wanted, by=actor.user_id)
    return Done(told=told, heard=((organisation.home_channel, line),))


def cost_of(desk: Desk, organisation: Organisation) -> ExtraCost | None:
    """Reckon by the newest backup that made a snapshot; None before there is one."""
    newest = next((one for one in desk.backups.history(organisation, limit=5) if one.snapshot_id), None)
    return extra_cost(newest, at_most=desk.fill_calls) if newest else None
