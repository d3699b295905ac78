"""What is set, in words, with a button for each change; and what is said after a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.access import ApproverList
from bot.domain.organisation import Organisation
from bot.domain.schedule import Planned
from bot.domain.settings import DigestSettings, Extra, ExtraCost, OrganisationSettings, Retention
from bot.views import blocks, ids
from bot.views.blocks import Block
from bot.views.labels import SCHEDULE_LABEL
from bot.views.message import Message, compose
from bot.views.moments import soon
from bot.views.settings_extras import in_overview
from bot.views.settings_words import WHAT_THEY_DO, approvers, backups_run, digest_comes, keepers, kept
from bot.views.words import capital, channel, counted, name, number, person, plain_name

SHOWN_AT_MOST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class OfOrganisation:
    """What is set for one organisation.

    `waiting` are those of its `extras` that lack a permission in Xero; `cost` is None before a backup.
    """

    organisation: Organisation
    planned: Planned
    retention: Retention
    held: bool = False
    extras: frozenset[Extra] = OrganisationSettings().extras
    waiting: tuple[Extra, ...] = ()
    cost: ExtraCost | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfWorkspace:
    """What is set for the workspace; `zone` is the digest's zone in force."""

    digest: DigestSettings
    zone: str
    next_digest: datetime | None
    keepers: tuple[str, ...]
    approvers: ApproverList


def overview(
    workspace: OfWorkspace,
    organisations: Sequence[OfOrganisation],
    *,
    now: datetime,
    can_change: bool,
    can_name: bool,
) -> Message:
    """List what is set; `can_change` for keepers, `can_name` for admins."""
    shown, hidden = organisations[:SHOWN_AT_MOST], len(organisations) - SHOWN_AT_MOST
    more = f"… and {number(hidden)} more. Name one, as in `/backup settings Harbour`." if hidden > 0 else ""
    who = "" if can_change else "Only workspace admins and keepers may change these. "
    return compose(
        f"What is set for this workspace and {counted(len(organisations), 'organisation')}.",
        blocks.header("Settings"),
        *_workspace(workspace, now=now, can_change=can_change, can_name=can_name),
        *(block for one in shown for block in _organisation(one, now=now, can_change=can_change)),
        blocks.section(more) if more else None,
        blocks.context(f"{who}Only you can see this message. Every change is in the audit log."),
    )


def saved(what: str, told: str) -> Message:
    """Confirm a change to the person who made it."""
    return compose(f"Saved. {what}", blocks.section(f"✅ Saved. {told}"))


def subject(organisation: Organisation) -> str:
    """Name the organisation that a sentence is about."""
    return f"*{name(organisation.name)}*"


def unchanged() -> Message:
    """Say that what was sent is what was set already."""
    told = "Nothing changed: it was set like this already."
    return compose(told, blocks.section(told))


def schedule_changed(organisation_name: str, planned: Planned, *, by: str, now: datetime) -> Message:
    """Tell an organisation's home that its backups run at other times."""
    title, table = name(organisation_name), planned.timetable
    following = f" Next: {soon(planned.next_at, now, table.zone)}." if planned.next_at else ""
    runs = backups_run(table)
    return compose(
        f"Backups of {title} now run {runs}.",
        blocks.section(
            f"⏰ {capital(person(by))} changed the schedule of *{title}*: backups now run {runs}.{following}"
        ),
    )


def retention_changed(organisation_name: str, retention: Retention, *, held: bool, by: str) -> Message:
    """Tell an organisation's home that other snapshots are kept."""
    title = name(organisation_name)
    hold = " It is under legal hold: nothing is deleted." if held else ""
    return compose(
        f"The retention of {title} has changed.",
        blocks.section(
            f"🗄️ {capital(person(by))} changed the retention of *{title}*: kept is {kept(retention)}.{hold}"
        ),
    )


def digest_here(*, by: str) -> Message:
    """Tell a channel that the digest of all organisations comes there from now on."""
    return compose(
        "The daily digest of all organisations comes to this channel from now on.",
        blocks.section(
            f"📰 {capital(person(by))} chose this channel for the daily digest. Everybody here will see the "
            "names of all organisations of this workspace and how their backups stand."
        ),
    )


def _workspace(one: OfWorkspace, *, now: datetime, can_change: bool, can_name: bool) -> list[Block]:
    next_at = one.next_digest if one.digest.enabled else None
    following = f"\nNext: {soon(next_at, now, one.zone)}." if next_at else ""
    return [
        blocks.section(
            f"*Daily digest*\n{capital(digest_comes(one.digest, one.zone))}.{following}",
            _change("the daily digest", ids.CHANGE_DIGEST) if can_change else None,
        ),
        blocks.section(
            f"*Who may change settings*\n{capital(keepers(one.keepers))}.",
            _change("the keepers", ids.CHANGE_KEEPERS) if can_name else None,
        ),
        blocks.section(
            f"*Who may approve*\n{capital(approvers(one.approvers))}. {WHAT_THEY_DO}",
            _change("who may approve", ids.WHO_MAY_APPROVE) if can_name else None,
        ),
    ]


def _change(what: str, action_id: str) -> Block:
    return blocks.button("Change", action_id, spoken=f"Change {what}")


def _organisation(one: OfOrganisation, *, now: datetime, can_change: bool) -> list[Block]:
    organisation, table = one.organisation, one.planned.timetable
    following = f" Next: {soon(one.planned.next_at, now, table.zone)}." if one.planned.next_at else ""
    quiet = " (the quiet hour I chose)" if one.planned.is_default and table.times else ""
    hold = " *Legal hold*: nothing is deleted." if one.held else ""
    home = channel(organisation.home_channel)
    told = (
        f"*{name(organisation.name)}*\n"
        f"Backups: {backups_run(table)}{quiet}.{following}\n"
        f"Kept: {kept(one.retention)}.{hold}\n"
        + (f"Home channel: {home}\n" if home else "")
        + in_overview(one.extras, one.waiting, one.cost)
    )
    drawn = [blocks.divider(), blocks.section(told.rstrip())]
    return [*drawn, blocks.actions(*_buttons(organisation))] if can_change else drawn


def _buttons(organisation: Organisation) -> list[Block]:
    ref, title = ids.reference(organisation.id), plain_name(organisation.name, 40)
    choices = (
        (SCHEDULE_LABEL, ids.CHANGE_SCHEDULE),
        ("Change retention", ids.CHANGE_RETENTION),
        ("Change what is read", ids.CHANGE_EXTRAS),
        ("Change home channel", ids.CHANGE_HOME),
    )
    return [blocks.button(label, action, ref, spoken=f"{label} of {title}") for label, action in choices]
