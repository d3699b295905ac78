"""Build the Bolt app: who we are in each workspace, and how requests are checked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.flask.handler import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.errors import NotAllowed, SlackDisconnected, SlackUnavailable
from bot.slack.tokens import BotIdentity
from handlers.slack_door import Door, readable

LISTENERS_AT_ONCE = 16
PATIENCE_SECONDS = 1.0  # of a person's three, while another request asks Slack who we are
NOT_YOURS = (
    "Ledgerkeep is not installed in your Slack workspace, so it shows you nothing and starts nothing here."
)
ASK_THERE = "somebody of the workspace that uses it"

Identify = Callable[[str, str, bool], BotIdentity]


def build(*, signing_secret: str, api_url: str, identify: Identify) -> App:
    """Make the Bolt app; `identify(team, enterprise, org_wide)` says who we are there."""

    def authorize(
        enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = None
    ) -> Any:
        # What it raises is answered by handlers/errors.py; None would make Bolt speak in its own words.
        try:
            found = identify(team_id or "", enterprise_id or "", bool(is_enterprise_install))
        except SlackDisconnected:
            raise NotAllowed(NOT_YOURS, ASK_THERE) from None
        return AuthorizeResult(
            enterprise_id=found.enterprise_id or None,
            team_id=team_id or found.team_id,
            bot_token=found.token,
            bot_id=found.bot_id,
            bot_user_id=found.bot_user_id,
        )

    return App(
        name="ledgerkeep",  # without one it looks for its caller in the source of every module loaded
        signing_secret=signing_secret or "socket-mode-needs-none",
        client=WebClient(base_url=api_url, timeout=10),
        authorize=authorize,
        listener_executor=ThreadPoolExecutor(LISTENERS_AT_ONCE, thread_name_prefix="listener"),
        raise_error_for_unhandled_request=False,
    )


def events_door(app: App) -> Door:
    """Give the route that Slack posts to."""
    return readable(SlackRequestHandler(app).handle)


class SingleWorkspace:
    """Who we are with one token from the settings: asked of Slack once, then remembered."""

    def __init__(self, token: str, ask: Callable[[], BotIdentity]) -> None:
        self._token, self._ask, self._lock = token, ask, threading.Lock()
        self._known: BotIdentity | None = None

    def identify(self, team_id: str, enterprise_id: str, _org_wide: bool) -> BotIdentity:
        """Say who we are, if the request comes from our workspace.

        Raises NotAllowed (another workspace), SlackUnavailable.
        """
        known = self.known()
        same_grid = bool(enterprise_id) and enterprise_id == known.enterprise_id
        if team_id and team_id != known.team_id and not same_grid:
            raise NotAllowed(NOT_YOURS, ASK_THERE)
        return known

    def known(self) -> BotIdentity:
        """Give our identity, asking Slack the first time; raises SlackUnavailable, SlackDisconnected."""
        if self._known is not None:
            return self._known
        if not self._lock.acquire(timeout=PATIENCE_SECONDS):
            raise SlackUnavailable("Slack has not yet said which workspace this bot serves.")
        try:
            if self._known is None:
                self._known = self._ask()
            return self._known
        finally:
            self._lock.release()
