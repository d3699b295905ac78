"""The Web API methods of the pretend Slack: name, the scopes that allow it (any of them), what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.slack.people import Json
from bot.sandbox.slack.realm import Call


@dataclass(frozen=True, slots=True)
class Method:
    """One method; no scopes means that any token will do."""

    run: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
