"""The people and channels of the demo workspace. Names say what each of them is there to show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.sandbox.slack.people import Channel, Person
from bot.sandbox.slack.workspace import Workspace

TEAM, OTHER_TEAM = "T0HARBOUR", "T0EASTERN"
ANA, BEN, PRIYA, GIL, EVE, MOLLY = "U0ANA", "U0BEN", "U0PRIYA", "U0GIL", "U0EVE", "U0MOLLY"
NORA = "U0NORA"
SLACKBOT, BOT_USER, BOT_ID = "USLACKBOT", "U0LEDGERKEEP", "B0LEDGERKEEP"
FINANCE, GENERAL, CLIENTS = "C0FINANCE", "C0GENERAL", "C0CLIENTS"
MONTH_END, RANDOM, OLD = "C0MONTHEND", "C0RANDOM", "C0OLD"


def _people(app_name: str) -> list[Person]:
    def staff(key: str, name: str, note: str, **more: bool) -> Person:
        handle = name.split(maxsplit=1)[0].lower()
        mail = f"{handle}@harbour.example"
        return Person(id=key, handle=handle, name=name, email=mail, note=note, team_id=TEAM, **more)

    def robot(key: str, handle: str, name: str, note: str) -> Person:
        return Person(id=key, handle=handle, name=name, note=note, is_bot=True, team_id=TEAM)

    stranger = Person(
        id=EVE,
        handle="eve",
        name="Eve Lindqvist",
        email="eve@eastern.example",
        note="from another workspace",
        team_id=OTHER_TEAM,
    )
    return [
        staff(ANA, "Ana Silva", "workspace owner", is_owner=True, is_admin=True),
        staff(BEN, "Ben Okafor", "bookkeeper"),
        staff(PRIYA, "Priya Nair", "controller"),
        staff(NORA, "Nora Lind", "workspace admin", is_admin=True),
        staff(GIL, "Gil Moreau", "guest", is_guest=True),
        stranger,
        staff(MOLLY, "Molly Hart", "deactivated", is_gone=True),
        robot(BOT_USER, app_name.lower(), app_name, "app"),
        robot(SLACKBOT, "workspace", "Workspace", "notices"),
    ]


def _channels() -> list[Channel]:
    everybody = frozenset({ANA, BEN, PRIYA, NORA})
    return [
        Channel(id=FINANCE, name="finance", members=everybody | {BOT_USER}),
        Channel(id=GENERAL, name="general", members=everybody | {GIL, BOT_USER}),
        Channel(
            id=CLIENTS, name="clients-connect", members=frozenset({ANA, BEN, EVE, BOT_USER}), is_shared=True
        ),
        Channel(id=MONTH_END, name="month-end", members=frozenset({ANA, PRIYA, BOT_USER}), is_private=True),
        Channel(id=RANDOM, name="random", members=everybody | {GIL}),
        Channel(id=OLD, name="old-projects", members=everybody | {BOT_USER}, is_archived=True),
    ]


def demo_workspace(now: Callable[[], datetime], app_name: str) -> Workspace:
    """Build the demo workspace: a small finance team, a guest, and somebody from another workspace."""
    return Workspace(
        team_id=TEAM, name="Harbour Books", people=_people(app_name), channels=_channels(), now=now
    )
