"""App Home: setup steps until there is a first backup, then how each organisation stands, worst first.

Drawn for one viewer, from what that person may see; knows no right itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.standing import Standing
from bot.views import blocks, findings, ids, restoring, state
from bot.views.blocks import Block
from bot.views.labels import BACK_UP_LABEL, CONNECT_LABEL, COVERAGE_LABEL, connect_button
from bot.views.moments import soon
from bot.views.state import Need
from bot.views.words import capital, counted, name, number, plain_name, series, when

SHOWN_AT_MOST = 40
_NAMED_AT_MOST = _RESTORES_AT_MOST = 5
_COMMANDS = "`/backup help` lists the commands. In an organisation's channel you can mention me and ask."


def home(
    standings: Sequence[Standing],
    *,
    now: datetime,
    is_keeper: bool,
    digest_at: datetime | None = None,
) -> Block:
    """Draw Home for one viewer; `standings` holds only what that person may see.

    `is_keeper`: may connect and change settings. `digest_at` is the next daily digest.
    """
    if not standings:
        return _page(_first_steps((), now, is_keeper=is_keeper) if is_keeper else _nothing_to_show())
    backed_up = any(one.good for one in standings)
    digest = f" · Next daily digest {when(digest_at)}." if digest_at else ""
    top = _glance(standings) if backed_up else _first_steps(standings, now, is_keeper=is_keeper)
    seen = "" if is_keeper else "You see the organisations whose home channel you are in. "
    return _page(
        [
            *top,
            *_restores(standings, now),
            *_listed(standings, now, is_keeper=is_keeper),
            _links(standings, is_keeper=is_keeper),
            blocks.context(f"As of {when(now)}{digest or '.'}", f"{seen}{_COMMANDS}"),
        ]
    )


def unsure() -> Block:
    """Draw Home while Slack does not say who is looking."""
    told = (
        "Slack did not tell me who you are, so I cannot say what I may show you here.\n"
        "*Next:* open this page again in a minute; `/backup status` works in an organisation's channel."
    )
    return _page([blocks.header("Ledgerkeep"), blocks.section(told)])


def not_now() -> Block:
    """Draw Home while our own database does not answer, instead of an old page that looks new."""
    told = (
        "I cannot look up how your organisations stand at the moment. Backups that are under way go on.\n"
        "*Next:* open this page again in a minute."
    )
    return _page([blocks.header("Ledgerkeep"), blocks.section(told)])


def _page(drawn: Sequence[Block]) -> Block:
    return {"type": "home", "blocks": list(drawn)}


def _nothing_to_show() -> list[Block]:
    """Answer a viewer who may see nothing here, without saying whether there is anything."""
    told = (
        "There is no organisation that I can show you on this page.\n"
        "*Next:* type `/backup status` in the channel of an organisation you look after. "
        "Linking one is for workspace admins and keepers: please ask one of them."
    )
    return [blocks.header("Ledgerkeep"), blocks.section(told), blocks.context(_COMMANDS)]


def _first_steps(standings: Sequence[Standing], now: datetime, *, is_keeper: bool) -> list[Block]:
    """Say what is done of setting up, what is next, what follows; numbered, with the state in words."""
    connect = (
        "*2. Connect Xero · next.* In the channel of the people who look after the books, type "
        "`/invite @Ledgerkeep` and then `/backup connect`. The link asks for permission to read only."
    )
    back_up = (
        "*3. Back up · after that.* The first backup comes by itself in the night, or at once with "
        "`/backup now`. Its result says what it does not cover."
    )
    if standings:
        connect = f"*2. Connect Xero · done:* {_named(standings)}."
        back_up = f"*3. Back up · {_first_backup(standings, now)}"
    steps = f"*1. Install Ledgerkeep · done.*\n{connect}\n{back_up}"
    offer = [blocks.actions(connect_button())] if is_keeper and not standings else []
    foot = [] if standings else [blocks.context(_COMMANDS)]
    return [blocks.header("Nothing is backed up yet"), blocks.section(steps), *offer, *foot]


def _named(standings: Sequence[Standing]) -> str:
    named = [name(one.organisation.name, 60) for one in standings[:_NAMED_AT_MOST]]
    rest = len(standings) - len(named)
    return series([*named, counted(rest, "other")] if rest else named)


def _first_backup(standings: Sequence[Standing], now: datetime) -> str:
    if any(one.running for one in standings):
        return "under way.* The result is posted in the channel."
    planned = [(one.next_run_at, one.zone) for one in standings if one.next_run_at]
    if not planned:
        return "next.* Press the button below; no backup is planned."
    at, zone = min(planned)
    return f"next.* The first one comes by itself {soon(at, now, zone)}, or at once with the button below."


def _glance(standings: Sequence[Standing]) -> list[Block]:
    """Say in a title whether anything needs the viewer, then count."""
    needs = [state.need(one) for one in standings]
    yours, warnings, total = needs.count(Need.NEEDS_YOU), needs.count(Need.WARNING), len(needs)
    title = "✅ Nothing needs you"
    if yours:
        worst = state.worst_first(standings)[0].organisation
        whose = (
            plain_name(worst.name) if total == 1 else f"{number(yours)} of {counted(total, 'organisation')}"
        )
        title = f"❗ {whose} need{'s' if yours == 1 else ''} you"
    elif warnings:
        title = f"⚠️ Nothing needs you at once; {counted(warnings, 'warning')}"
    elif asked := restoring.waiting(restoring.each_once(standings)):
        title = f"⚠️ {capital(asked)}"
    look = state.worth_a_look(standings)
    title += f"; {look}" if look and not yours else ""
    counts = [blocks.section(state.headline(standings))] if total > 1 else []
    return [blocks.header(title), *counts, blocks.divider()]


def _restores(standings: Sequence[Standing], now: datetime) -> list[Block]:
    """List the restores that wait for people, then those that go on by themselves."""
    notes = restoring.each_once(standings)
    waiting = [one for one in notes if one.waits_for_people]
    going = [restoring.under_way(one) for one in notes if not one.waits_for_people]
    if not notes:
        return []
    rest = len(waiting) - _RESTORES_AT_MOST
    drawn = [
        restoring.request(one, now, is_here=bool(one.source_name)) for one in waiting[:_RESTORES_AT_MOST]
    ]
    told = [f"… and {counted(rest, 'more waits', 'more wait')} for somebody."] if rest > 0 else []
    told += going[:_RESTORES_AT_MOST]
    more = [blocks.section("\n".join(told))] if told else []
    return [blocks.section("*Restores*"), *drawn, *more, blocks.divider()]


def _listed(standings: Sequence[Standing], now: datetime, *, is_keeper: bool) -> list[Block]:
    ordered = state.worst_first(standings)
    shown, rest = ordered[:SHOWN_AT_MOST], len(ordered) - SHOWN_AT_MOST
    drawn = [_organisation(one, now, is_keeper=is_keeper) for one in shown]
    if rest > 0:
        told = f"… and {number(rest)} more, none worse than these: `/backup status` and a name shows one."
        drawn.append(blocks.section(told))
    return drawn


def _organisation(standing: Standing, now: datetime, *, is_keeper: bool) -> Block:
    """Draw an organisation and the one button it needs."""
    label, action_id = _needs(standing, is_keeper=is_keeper)
    about = standing.good.run_id if standing.good and action_id == ids.SEE_FINDINGS else ""
    spoken = f"{label}: {plain_name(standing.organisation.name, 40)}"
    value = ids.reference(about or standing.organisation.id)
    button = blocks.button(label, action_id, value, spoken=spoken)
    return blocks.section(state.line(standing, now, beside=label), button)


def _needs(standing: Standing, *, is_keeper: bool) -> tuple[str, str]:
    if is_keeper and state.disconnected(standing):
        return CONNECT_LABEL, ids.CONNECT
    if state.wants_backup(standing):
        return BACK_UP_LABEL, ids.BACK_UP_NOW
    if state.looks(standing) and state.need(standing) is Need.FINE:
        return findings.SEE_LABEL, ids.SEE_FINDINGS
    return COVERAGE_LABEL, ids.COVERAGE


def _links(standings: Sequence[Standing], *, is_keeper: bool) -> Block:
    """Give what belongs to no single organisation, and what not every one above has a button for."""
    more = [blocks.button("Help", ids.HELP)]
    if any(_needs(one, is_keeper=is_keeper)[1] != ids.COVERAGE for one in standings):
        more.insert(0, blocks.button(COVERAGE_LABEL, ids.HOME_COVERAGE))
    if is_keeper:
        more = [
            blocks.button("Settings", ids.SETTINGS),
            blocks.button("Connect another organisation", ids.CONNECT),
            *more,
        ]
    return blocks.actions(*more)
