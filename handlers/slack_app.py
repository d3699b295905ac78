"""Build the Bolt app: who we are in each workspace, how requests are checked, how workspaces install it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from slack_bolt import App
from slack_bolt.adapter.flask.handler import SlackRequestHandler, to_bolt_request, to_flask_response
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient

from bot.errors import NotAllowed, SlackDisconnected, SlackUnavailable
from bot.services.installing import Installing
from bot.slack.installations import SealedInstallations, TicketStates
from bot.slack.tokens import BotIdentity
from bot.web.pages import Page
from bot.web.show import show
from handlers.slack_door import Door, readable

# The least that the features of this version need; manifest.yml lists the same.
BOT_SCOPES = ("app_mentions:read", "chat:write", "commands", "im:history", "users:read")
LISTENERS_AT_ONCE = 16
_OFFICIAL = "slack.com"
PATIENCE_SECONDS = 1.0  # of a person's three, while another request asks Slack who we are
NOT_YOURS = (
    "Ledgerkeep is not installed in your Slack workspace, so it shows you nothing and starts nothing here."
)
ASK_THERE = "somebody of the workspace that uses it"
_AGAIN = (
    "To install it, open the installation page again, in the same browser, and finish within ten minutes."
)
_NOT_GIVEN = Page(
    status=403,
    tone="bad",
    title="Not installed",
    paragraphs=("The permission was not given in Slack, so Ledgerkeep was not installed. Nothing changed.",),
    next_steps=(_AGAIN, "Some workspaces let only admins install apps: then ask one of them."),
)
_TOO_LATE = Page(
    status=410,
    tone="bad",
    title="Not installed",
    paragraphs=("This installation took too long, was finished before, or began in another browser.",),
    next_steps=("Look in Slack: if Ledgerkeep has written to you, it is installed.", _AGAIN),
)

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
        signing_secret=signing_secret or "socket-mode-needs-none",
        client=WebClient(base_url=api_url, timeout=10),
        authorize=authorize,
        listener_executor=ThreadPoolExecutor(LISTENERS_AT_ONCE, thread_name_prefix="listener"),
        raise_error_for_unhandled_request=False,
    )


def events_door(app: App) -> Door:
    """Give the route that Slack posts to."""
    return readable(SlackRequestHandler(app).handle)


def install_door(
    *,
    client_id: str,
    client_secret: str,
    api_url: str,
    public_url: str,
    installations: SealedInstallations,
    states: TicketStates,
    installing: Installing,
) -> Door:
    """Give the routes that install the app in a workspace (OAuth 2.0)."""

    def success(args: SuccessArgs) -> BoltResponse:
        brought = args.installation
        installing.welcome(
            team_id=brought.team_id or "",
            enterprise_id=brought.enterprise_id or "",
            name=brought.team_name or "",
            installer=brought.user_id,
            moment=str(brought.installed_at),
        )
        return args.default.success(args)

    def failure(args: FailureArgs) -> BoltResponse:
        page = show(_NOT_GIVEN if args.reason == "access_denied" else _TOO_LATE)
        return BoltResponse(
            status=page.status_code,
            body=page.get_data(as_text=True),
            headers={"content-type": page.content_type or "text/html"},
        )

    own_slack = urlsplit(api_url).hostname == _OFFICIAL or (urlsplit(api_url).hostname or "").endswith(
        f".{_OFFICIAL}"
    )
    base = api_url.removesuffix("/").removesuffix("/api")
    flow = OAuthFlow(
        client=WebClient(base_url=api_url, timeout=10),
        settings=OAuthSettings(
            client_id=client_id,
            client_secret=client_secret,
            scopes=list(BOT_SCOPES),
            installation_store=installations,
            state_store=states,
            redirect_uri=f"{public_url}/slack/oauth_redirect",
            authorization_url=None if own_slack else f"{base}/oauth/v2/authorize",
            callback_options=CallbackOptions(success=success, failure=failure),
        ),
    )

    def door(request: Any) -> Any:
        asked = to_bolt_request(request)
        redirected = getattr(request, "path", "").endswith("oauth_redirect")
        return to_flask_response(
            flow.handle_callback(asked) if redirected else flow.handle_installation(asked)
        )

    return door


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
