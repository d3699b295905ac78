"""What people send from the modals for times: checked, stored, settled, told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.domain.names import Actor
from bot.domain.settings import DigestSettings
from bot.domain.timetable import Timetable
from bot.services.desk import Desk
from bot.services.settings import Amended, mark
from bot.views import ids
from bot.views import settings as views
from bot.views import settings_times as clock
from bot.views import settings_words as words
from handlers import settings_extras, settings_home, settings_people, settings_retention
from handlers import settings_fields as fields
from handlers.settings_answers import Done, Form, answer, kept, kept_workspace, overtaken
from handlers.settings_fields import Json, Wrong

TYPED_BUT_QUIET = "You typed times below: choose “At times of our own”, or empty that field."
NO_CHOICE = "Choose when backups run."
NO_CHANNEL = "Choose the channel that the digest comes to."


def register(app: App, desk: Desk) -> None:
    """Bind the modals."""

    def bind(callback_id: str, form: Form) -> None:
        @app.view(callback_id)
        def sent(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
            answer(ack, desk, context["actor"], view, form)

    for callback_id, form in FORMS.items():
        bind(callback_id, form)


def _schedule(desk: Desk, actor: Actor, view: Json) -> Done:
    organisation, seen = kept(desk, actor, view)
    shown = clock.typed_times(desk.schedules.planned([organisation])[organisation.id])
    wanted = _timetable(view, shown, desk.now())
    became = desk.settings.amend_organisation(actor, organisation, "timetable", wanted, seen=seen)
    if became is Amended.OVERTAKEN:
        raise overtaken(desk, actor, organisation)
    if became is Amended.SAME:
        return Done(told=views.unchanged())
    desk.schedules.settle_organisation(organisation.id)
    planned = desk.schedules.planned([organisation])[organisation.id]
    line = views.schedule_changed(organisation.name, planned, by=actor.user_id, now=desk.now())
    runs = words.backups_run(planned.timetable)
    told = views.saved(f"Backups now run {runs}.", f"{views.subject(organisation)}: backups run {runs}.")
    return Done(told=told, heard=((organisation.home_channel, line),))


def _timetable(view: Json, shown: str, now: datetime) -> Timetable | None:
    """Read the chosen timetable; None: the quiet hour, without times: by hand."""
    mode = fields.chosen(view, clock.WHEN)
    if mode not in {clock.QUIET, clock.CHOSEN, clock.HAND}:
        raise Wrong(clock.WHEN, NO_CHOICE)
    if mode != clock.CHOSEN:
        if fields.text(view, clock.TIMES) not in {"", shown}:
            raise Wrong(clock.WHEN, TYPED_BUT_QUIET)
        return None if mode == clock.QUIET else Timetable(times=())
    return Timetable(
        times=fields.times(view, clock.TIMES),
        weekdays=fields.weekdays(view, clock.DAYS),
        zone=fields.zone(view, clock.ZONE, at=now),
    )


def _digest(desk: Desk, actor: Actor, view: Json) -> Done:
    seen = kept_workspace(desk, actor, view)
    before = desk.settings.workspace(actor.workspace_id).digest
    if seen != mark(before):
        raise overtaken(desk, actor, None)
    wanted = _digest_wanted(desk, actor, view, before)
    if wanted.channel in {"", before.channel}:
        return _digest_changed(desk, actor, wanted, seen)
    with settings_home.tried_in(desk, actor, wanted.channel, clock.CHANNEL) as place:
        done = _digest_changed(desk, actor, wanted, seen)
    return replace(done, heard=((place, views.digest_here(by=actor.user_id)),))


def _digest_changed(desk: Desk, actor: Actor, wanted: DigestSettings, seen: str) -> Done:
    became = desk.settings.amend_workspace(actor, "digest", wanted, seen=seen)
    if became is Amended.OVERTAKEN:
        raise overtaken(desk, actor, None)
    if became is Amended.SAME:
        return Done(told=views.unchanged())
    desk.schedules.settle_workspace(actor.workspace_id)
    comes = words.digest_comes(wanted, desk.schedules.zone_of(actor.workspace_id))
    return Done(told=views.saved("The daily digest was changed.", f"The daily digest comes {comes}."))


def _digest_wanted(desk: Desk, actor: Actor, view: Json, before: DigestSettings) -> DigestSettings:
    if fields.chosen(view, clock.ENABLED) == clock.OFF:
        return replace(before, enabled=False)
    typed = fields.text(view, clock.ZONE)
    follows = not before.zone and typed == desk.schedules.zone_of(actor.workspace_id)
    channel = fields.channel(view, clock.CHANNEL) if fields.chosen(view, clock.WHERE) == clock.ONE else ""
    if not channel and fields.chosen(view, clock.WHERE) == clock.ONE:
        raise Wrong(clock.CHANNEL, NO_CHANNEL)
    return DigestSettings(
        enabled=True,
        at=_time_of_day(view),
        weekdays=fields.weekdays(view, clock.DAYS),
        zone="" if follows else fields.zone(view, clock.ZONE, at=desk.now()),
        channel=channel,
    )


def _time_of_day(view: Json) -> time:
    typed = fields.text(view, clock.AT)
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", typed):
        raise Wrong(clock.AT, "Choose a time of day.")
    return time.fromisoformat(typed)


FORMS: dict[str, Form] = {
    ids.SCHEDULE_MODAL: _schedule,
    ids.RETENTION_MODAL: settings_retention.changed,
    ids.DIGEST_MODAL: _digest,
    ids.EXTRAS_MODAL: settings_extras.changed,
    ids.HOME_MODAL: settings_home.moved,
    ids.KEEPERS_MODAL: settings_people.keepers,
    ids.APPROVERS_MODAL: settings_people.approvers,
}
