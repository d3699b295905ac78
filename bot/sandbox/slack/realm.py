"""Everything one pretend Slack consists of, passed to whoever works on it. Holds; must not act."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.installed import Grant, SlackApp
from bot.sandbox.slack.pace import Pace
from bot.sandbox.slack.people import Json
from bot.sandbox.slack.socketmode import SocketMode
from bot.sandbox.slack.tickets import Tickets
from bot.sandbox.slack.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """One call of the Web API, for tests: arguments as sent, without the token."""

    method: str
    args: Json
    ok: bool
    error: str | None = None


@dataclass(slots=True, kw_only=True)
class Realm:
    """The parts of one pretend Slack."""

    workspace: Workspace
    app: SlackApp
    tickets: Tickets
    faults: Faults
    pace: Pace
    sockets: SocketMode
    delivery: Delivery
    now: Callable[[], datetime]
    base_url: str = ""
    calls: list[ApiCall] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Call:
    """One authorised call: who calls, with what."""

    realm: Realm
    grant: Grant
    args: Json

    def text(self, name: str) -> str:
        """Return an argument as text, empty when absent."""
        value = self.args.get(name)
        return "" if value is None else str(value)
