"""App Home: setup steps while nothing is linked, then how every organisation is doing."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.connection import OrganisationStatus
from bot.views import blocks, ids, state
from bot.views.blocks import Block
from bot.views.labels import COVERAGE_LABEL, connect_button
from bot.views.words import number, plain_name

SHOWN_AT_MOST = 20


def home(lines: Sequence[OrganisationStatus], *, can_connect: bool) -> Block:
    """Draw the Home tab for one viewer; `lines` holds only what that person may see."""
    if lines:
        return {"type": "home", "blocks": _filled(lines, can_connect)}
    return {"type": "home", "blocks": _first_steps() if can_connect else _nothing_to_show()}


def unsure() -> Block:
    """Draw the Home tab while Slack does not say who is looking."""
    told = (
        "Slack did not tell me who you are, so I cannot say what I may show you here.\n"
        "*Next:* open this page again in a minute; `/backup status` works in an organisation's channel."
    )
    return {"type": "home", "blocks": [blocks.header("Ledgerkeep"), blocks.section(told)]}


def _first_steps() -> list[Block]:
    steps = (
        "*1. Choose a channel.* Invite @Ledgerkeep to the channel of the people who look after the books.\n"
        "*2. Connect Xero.* Type `/backup connect` there; the link asks for permission to read only.\n"
        "*3. Back up.* Type `/backup now`. The result, and what it does not cover, is posted in the channel."
    )
    return [
        blocks.header("Nothing is backed up yet"),
        blocks.section(f"No Xero organisation is linked to this workspace.\n{steps}"),
        blocks.actions(connect_button()),
        blocks.context(_FOOT),
    ]


def _nothing_to_show() -> list[Block]:
    """Answer a viewer who may see nothing here, without saying whether there is anything."""
    told = (
        "There is no organisation that I can show you on this page.\n"
        "*Next:* type `/backup status` in the channel of an organisation you look after. "
        "Linking one is for workspace admins and keepers: please ask one of them."
    )
    return [blocks.header("Ledgerkeep"), blocks.section(told), blocks.context(_FOOT)]


def _filled(lines: Sequence[OrganisationStatus], can_connect: bool) -> list[Block]:
    ordered = state.worst_first(lines)
    shown, rest = ordered[:SHOWN_AT_MOST], ordered[SHOWN_AT_MOST:]
    more = [blocks.section(f"… and {number(len(rest))} more: `/backup status` lists them.")] if rest else []
    connect = [blocks.actions(connect_button(primary=_broken(lines)))] if can_connect else []
    headline = [blocks.section(state.headline(lines))] if len(lines) > 1 else []  # else its line says it
    return [
        blocks.header("Ledgerkeep"),
        *headline,
        *(_organisation(line) for line in shown),
        *more,
        *connect,
        blocks.context(_FOOT),
    ]


def _organisation(line: OrganisationStatus) -> Block:
    organisation = line.organisation
    spoken = f"{COVERAGE_LABEL} for {plain_name(organisation.name, 40)}"
    ref = ids.reference(organisation.id)
    return blocks.section(state.line(line), blocks.button(COVERAGE_LABEL, ids.COVERAGE, ref, spoken=spoken))


def _broken(lines: Sequence[OrganisationStatus]) -> bool:
    return any(state.disconnected(line) for line in lines)


_FOOT = (
    "`/backup help` lists the commands. In an organisation's channel you can mention me and ask: "
    "“are quotes backed up?”"
)
