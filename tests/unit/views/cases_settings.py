"""The settings messages and modals drawn for a typical, an empty and an enormous value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

from bot.domain.access import ApproverList, UserGroup
from bot.domain.retention import Decision, KeepReason
from bot.domain.schedule import Planned
from bot.domain.settings import DigestSettings, Extra, ExtraCost, OrganisationSettings, Retention
from bot.domain.timetable import WORKDAYS, Timetable
from bot.views import connect
from bot.views import settings as views
from bot.views import settings_extras as extras
from bot.views import settings_home as home
from bot.views import settings_keeping as keeping
from bot.views import settings_people as people
from bot.views import settings_times as times
from bot.views.message import Message
from tests.unit.views.samples import AT, HARBOUR, VAST, organisation

Drawn = Message | dict[str, Any]
QUIET = Timetable(times=(time(2, 37),), zone="Europe/London")
OWN = Timetable(times=(time(13, 30), time(1, 30)), weekdays=WORKDAYS, zone="Pacific/Auckland")
DEFAULT = Planned(timetable=QUIET, next_at=AT + timedelta(hours=23))
CHOSEN = Planned(timetable=OWN, is_default=False, next_at=AT + timedelta(hours=30))
BY_HAND = Planned(timetable=Timetable(times=()), is_default=False)
NOBODY = ApproverList()
SOME = ApproverList(users=("U1ANA", "U2BEN"), groups=("S1",), needed=2, is_default=False)
MANY = tuple(f"U{n}X" for n in range(20))
WORKSPACE = views.OfWorkspace(
    digest=DigestSettings(),
    zone="Europe/London",
    next_digest=AT + timedelta(hours=6),
    keepers=(),
    approvers=NOBODY,
)
FILLED = views.OfWorkspace(
    digest=DigestSettings(at=time(7, 15), weekdays=WORKDAYS, zone="Pacific/Auckland", channel="C1"),
    zone="Pacific/Auckland",
    next_digest=AT + timedelta(hours=6),
    keepers=("U1ANA",),
    approvers=SOME,
)
COST = ExtraCost(history_calls=31_400, pdf_calls=20_150, records_with_files=24_112, calls_a_night=4_488)
EVERY = tuple(Extra)
NO_PAYROLL = tuple(one for one in Extra if one is not Extra.PAYROLL)


def _effect(kept: int, lost: int) -> Decision:
    """A retention that keeps and drops so many."""
    numbers = range(lost, lost + kept)
    return Decision(kept=dict.fromkeys(numbers, (KeepReason.DAILY,)), dropped=tuple(range(lost)))


def of(name: str = HARBOUR, planned: Planned = DEFAULT, **more: Any) -> views.OfOrganisation:
    return views.OfOrganisation(
        organisation=organisation(name), planned=planned, **{"retention": Retention(), **more}
    )


def overview(
    organisations: list[views.OfOrganisation], workspace: views.OfWorkspace = WORKSPACE, *, may: bool = True
) -> Message:
    return views.overview(workspace, organisations, now=AT, can_change=may, can_name=may)


def overviews() -> Mapping[str, Callable[[], Drawn]]:
    vast = replace(FILLED, keepers=MANY, approvers=replace(SOME, users=MANY, groups=MANY))
    cost = replace(COST, history_calls=10**9, pdf_calls=10**9, calls_a_night=1)
    return {
        "settings_typical": lambda: overview([of(cost=COST), of("Mole & Sons", CHOSEN, held=True)], FILLED),
        "settings_waiting": lambda: overview(
            [
                of(extras=frozenset(EVERY), waiting=(Extra.JOURNALS, Extra.PAYROLL), cost=COST),
                of("Mole & Sons", extras=frozenset()),
            ]
        ),
        "settings_empty": lambda: overview([]),
        "settings_by_hand": lambda: overview(
            [of(planned=BY_HAND, retention=Retention(all_days=1, daily=0, monthly=0, yearly=1))],
            replace(WORKSPACE, digest=DigestSettings(enabled=False)),
        ),
        "settings_reader": lambda: overview([of(cost=COST)], FILLED, may=False),
        "settings_enormous": lambda: overview(
            [
                of(f"{n} {VAST}", CHOSEN, extras=frozenset(EVERY), waiting=EVERY, cost=cost, held=True)
                for n in range(300)
            ],
            vast,
        ),
        "settings_saved": lambda: views.saved("Backups now run at 02:00.", "Backups run at 02:00."),
        "settings_unchanged": views.unchanged,
        "settings_schedule_heard": lambda: views.schedule_changed(HARBOUR, CHOSEN, by="U1ANA", now=AT),
        "settings_schedule_heard_enormous": lambda: views.schedule_changed(VAST, BY_HAND, by=VAST, now=AT),
        "settings_retention_heard": lambda: views.retention_changed(VAST, Retention(), held=True, by="U1ANA"),
        "settings_digest_heard": lambda: views.digest_here(by="U1ANA"),
    }


def modals() -> Mapping[str, Callable[[], Drawn]]:
    groups = [UserGroup(id=f"S{n}", name=VAST) for n in range(150)]
    return {
        "schedule_typical": lambda: times.schedule_modal(HARBOUR, CHOSEN, QUIET, now=AT, ref="org-1.abc"),
        "schedule_empty": lambda: times.schedule_modal("", DEFAULT, QUIET, now=AT, ref="org-1.abc"),
        "schedule_enormous": lambda: times.schedule_modal(VAST, BY_HAND, QUIET, now=AT, ref="org-1.abc"),
        "digest_modal_typical": lambda: times.digest_modal(
            FILLED.digest, FILLED.zone, next_at=AT + timedelta(hours=6), now=AT, ref="w.abc"
        ),
        "digest_modal_empty": lambda: times.digest_modal(
            DigestSettings(enabled=False, weekdays=frozenset()), "UTC", next_at=None, now=AT, ref="w.abc"
        ),
        "retention_typical": lambda: keeping.retention_modal(
            HARBOUR, Retention(), held=False, ref="org-1.a.0"
        ),
        "retention_counted": lambda: keeping.retention_modal(
            HARBOUR, Retention(), held=False, ref="org-1.a.0", effect=_effect(46, 74)
        ),
        "retention_sure": lambda: keeping.sure_modal(
            HARBOUR, Retention(yearly=1), held=False, ref="org-1.a.0", effect=_effect(46, 74)
        ),
        "retention_sure_one": lambda: keeping.sure_modal(
            HARBOUR, Retention(yearly=1), held=False, ref="org-1.a.0", effect=_effect(1, 1)
        ),
        "retention_sure_none": lambda: keeping.sure_modal(
            HARBOUR, Retention(yearly=1), held=False, ref="org-1.a.0", effect=_effect(3, 0)
        ),
        "retention_sure_held": lambda: keeping.sure_modal(
            VAST, Retention(yearly=1), held=True, ref="org-1.a.1", effect=_effect(2_000, 120_000)
        ),
        "retention_sure_uncounted": lambda: keeping.sure_modal(
            HARBOUR, Retention(yearly=1), held=False, ref="org-1.a.0", effect=None
        ),
        "retention_enormous": lambda: keeping.retention_modal(
            VAST, Retention(all_days=3650, daily=3650, monthly=240, yearly=50), held=True, ref="org-1.a.1"
        ),
        "keepers_typical": lambda: people.keepers_modal(("U1ANA",), ref="w.abc"),
        "keepers_empty": lambda: people.keepers_modal((), ref="w.abc"),
        "approvers_typical": lambda: people.approvers_modal(
            SOME, [UserGroup(id="S1", name="approvers")], ref="w.abc"
        ),
        "approvers_empty": lambda: people.approvers_modal(NOBODY, (), ref="w.abc"),
        "approvers_unlisted": lambda: people.approvers_modal(SOME, None, ref="w.abc"),
        "approvers_enormous": lambda: people.approvers_modal(replace(SOME, users=MANY), groups, ref="w.abc"),
        "approvers_told": lambda: people.who_may_approve(SOME),
        **beside(),
        "move_trying": home.trying,
        "move_for_nothing": home.nothing_changed,
        "move_typical": lambda: home.home_modal(HARBOUR, "C1", ref="org-1.abc"),
        "move_enormous": lambda: home.home_modal(VAST, "C1", ref="org-1.abc"),
    }


def beside() -> Mapping[str, Callable[[], Drawn]]:
    harbour, vast = organisation(HARBOUR), organisation(VAST)
    usual, payroll = OrganisationSettings().extras, frozenset({Extra.HISTORY, Extra.PAYROLL})
    dear = replace(COST, history_calls=10**9, pdf_calls=10**9, calls_a_night=1)
    return {
        "extras_typical": lambda: extras.extras_modal(harbour, usual, EVERY, COST, ref="org-1.abc"),
        "extras_empty": lambda: extras.extras_modal(harbour, (), NO_PAYROLL, None, ref="org-1.abc"),
        "extras_nothing_on": lambda: extras.extras_modal(harbour, (), EVERY, COST, ref="org-1.abc"),
        "extras_enormous": lambda: extras.extras_modal(vast, EVERY, EVERY, dear, ref="org-1.abc"),
        "extras_saved": lambda: extras.extras_saved(harbour, usual, ()),
        "extras_saved_waiting": lambda: extras.extras_saved(harbour, payroll, (Extra.PAYROLL,)),
        "extras_saved_enormous": lambda: extras.extras_saved(vast, EVERY, (Extra.PAYROLL, Extra.JOURNALS)),
        "extras_saved_nothing": lambda: extras.extras_saved(harbour, (), ()),
        "connect_offer_beside": lambda: connect.connect_offer(
            "https://bot.example/xero/connect?ticket=abc",
            15,
            beside={Extra.JOURNALS: [HARBOUR], Extra.PAYROLL: [VAST] * 9},
        ),
        "extras_heard": lambda: extras.extras_changed(HARBOUR, payroll, by="U1ANA"),
        "extras_heard_enormous": lambda: extras.extras_changed(VAST, (), by=VAST),
    }


def moves() -> Mapping[str, Callable[[], Drawn]]:
    return {
        "moved_here": lambda: home.at_home_now(HARBOUR, by="U1ANA", before="C1"),
        "moved_here_enormous": lambda: home.at_home_now(VAST, by=VAST, before=VAST),
        "moved_away": lambda: home.moved_away(HARBOUR, by="U1ANA", to="C1"),
        "moved_told": lambda: home.moved(VAST, to="C1"),
        "hand_over_typical": lambda: home.hand_over(HARBOUR, "org-1", home="C1", here="C1"),
        "hand_over_enormous": lambda: home.hand_over(VAST, "org-1", home=VAST, here="C1"),
    }


def settings_cases() -> Mapping[str, Callable[[], Drawn]]:
    return {**overviews(), **modals(), **moves()}
