"""Settings from Slack: what is set, in words, and the modals that change it; settings_forms takes answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltContext, Respond

from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.domain.schedule import Planned, ScheduleKind
from bot.errors import AmbiguousOrganisation, Refused
from bot.services.desk import Desk
from bot.services.extras import unpermitted
from bot.services.organisations import pick
from bot.services.settings import mark
from bot.services.timing.schedules import default_timetable
from bot.views import ids
from bot.views import settings as views
from bot.views.blocks import Block
from bot.views.message import Message
from bot.views.settings_home import home_modal
from bot.views.settings_people import approvers_modal, keepers_modal, who_may_approve
from bot.views.settings_times import digest_modal, schedule_modal
from handlers import settings_extras, settings_forms, settings_home, settings_retention
from handlers.backup import TOO_OLD
from handlers.errors import told
from handlers.reply import privately
from handlers.settings_answers import CHANGE, NAME, kept_by

Opener = Callable[[Desk, Actor, str], Block | Message]


def register(app: App, desk: Desk) -> None:
    """Bind the buttons and the modals."""
    settings_forms.register(app, desk)
    settings_home.register(app, desk)

    def opened(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext, respond: Respond
    ) -> None:
        ack()
        actor = context["actor"]
        answer = _open(desk, actor, action, str(body.get("trigger_id", "")))
        if answer is not None:
            privately(desk.posts, actor, respond, answer)

    for action_id in _OPENERS:
        app.action(action_id)(opened)

    @app.action(ids.SETTINGS)
    def shown(ack: Ack, context: BoltContext, respond: Respond) -> None:
        ack()
        actor = context["actor"]
        privately(desk.posts, actor, respond, _shown(desk, actor))


def overview(desk: Desk, actor: Actor, asked: str) -> Message:
    """Answer `/backup settings`, with nothing or an organisation behind it."""
    can_change = desk.access.is_keeper(actor)
    # What is set for the workspace itself belongs to no channel.
    seen = desk.access.glance(actor) if can_change else desk.access.seen_by(actor)
    meant = _meant(seen, asked) if asked else seen
    settings = desk.settings.workspace(actor.workspace_id)
    return views.overview(
        views.OfWorkspace(
            digest=settings.digest,
            zone=desk.schedules.zone_of(actor.workspace_id),
            next_digest=desk.schedules.next_digest(actor.workspace_id),
            keepers=settings.keepers,
            approvers=desk.access.approvers(actor.workspace_id),
        ),
        _set_for(desk, meant),
        now=desk.now(),
        can_change=can_change,
        can_name=desk.access.is_admin(actor),
    )


@told
def _shown(desk: Desk, actor: Actor) -> Message:
    return overview(desk, actor, "")


def _meant(seen: list[Organisation], asked: str) -> list[Organisation]:
    try:
        return [pick(asked, seen)]
    except AmbiguousOrganisation as several:
        return [one for one in seen if one.name in several.names]


def _set_for(desk: Desk, organisations: list[Organisation]) -> list[views.OfOrganisation]:
    planned = desk.schedules.planned(organisations)
    drawn = organisations[: views.SHOWN_AT_MOST]
    return [_of(desk, one, planned[one.id]) for one in drawn] + [
        views.OfOrganisation(
            organisation=one, planned=planned[one.id], retention=desk.settings.organisation(one.id).retention
        )
        for one in organisations[len(drawn) :]
    ]


def _of(desk: Desk, organisation: Organisation, planned: Planned) -> views.OfOrganisation:
    set_ = desk.settings.organisation(organisation.id)
    return views.OfOrganisation(
        organisation=organisation,
        planned=planned,
        retention=set_.retention,
        held=desk.settings.is_held(organisation),
        extras=set_.extras,
        waiting=unpermitted(organisation, set_.extras),
        cost=settings_extras.cost_of(desk, organisation),
    )


@told
def _open(desk: Desk, actor: Actor, action: dict[str, Any], trigger_id: str) -> Message | None:
    action_id, value = str(action.get("action_id", "")), str(action.get("value") or "")
    drawn = _OPENERS[action_id](desk, actor, value)
    if isinstance(drawn, Message):
        return drawn
    modal = desk.slack.open_modal(actor.workspace_id, trigger_id, drawn)
    if action_id == ids.CHANGE_RETENTION:
        settings_retention.count(desk, actor, value, modal)
    return None


def _schedule(desk: Desk, actor: Actor, value: str) -> Block:
    organisation = kept_by(desk, actor, value)
    planned = desk.schedules.planned([organisation])[organisation.id]
    chosen = desk.settings.organisation(organisation.id).timetable
    return schedule_modal(
        organisation.name,
        planned,
        default_timetable(ScheduleKind.BACKUP, organisation),
        now=desk.now(),
        ref=f"{organisation.id}.{mark(chosen)}",
    )


def _home(desk: Desk, actor: Actor, value: str) -> Block:
    organisation = kept_by(desk, actor, value)
    home = organisation.home_channel
    return home_modal(organisation.name, home, ref=f"{organisation.id}.{mark(home)}")


def _digest(desk: Desk, actor: Actor, _value: str) -> Block:
    desk.access.require_keeper(actor, CHANGE, action="settings.opened")
    digest = desk.settings.workspace(actor.workspace_id).digest
    zone = desk.schedules.zone_of(actor.workspace_id)
    next_at = desk.schedules.next_digest(actor.workspace_id)
    return digest_modal(
        digest, zone, next_at=next_at, now=desk.now(), ref=f"{actor.workspace_id}.{mark(digest)}"
    )


def _keepers(desk: Desk, actor: Actor, _value: str) -> Block:
    desk.access.require_admin(actor, NAME, action="settings.opened")
    named = desk.settings.workspace(actor.workspace_id).keepers
    return keepers_modal(named, ref=f"{actor.workspace_id}.{mark(named)}")


def _approvers(desk: Desk, actor: Actor, value: str) -> Block | Message:
    """Open the modal for admins; who may approve is no secret to the others."""
    if value and ids.referred(value) is None:
        raise Refused(TOO_OLD)
    named = desk.access.approvers(actor.workspace_id)
    if not desk.access.is_admin(actor):
        return who_may_approve(named)
    seen = mark(desk.settings.workspace(actor.workspace_id).approvers)
    groups = desk.access.user_groups(actor.workspace_id)
    return approvers_modal(named, groups, ref=f"{actor.workspace_id}.{seen}")


_OPENERS: dict[str, Opener] = {
    ids.CHANGE_SCHEDULE: _schedule,
    ids.CHANGE_RETENTION: settings_retention.opened,
    ids.CHANGE_HOME: _home,
    ids.CHANGE_EXTRAS: settings_extras.opened,
    ids.CHANGE_DIGEST: _digest,
    ids.CHANGE_KEEPERS: _keepers,
    ids.WHO_MAY_APPROVE: _approvers,
}
