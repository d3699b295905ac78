"""How a workspace installs the app: the two routes of Slack's OAuth 2.0, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from slack_bolt.adapter.flask.handler import to_bolt_request, to_flask_response
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk import WebClient

from bot.services.installing import Installing
from bot.slack.installations import SealedInstallations, TicketStates
from handlers.slack_door import Door

# The least that the features of this version need; manifest.yml lists the same.
BOT_SCOPES = ("app_mentions:read", "chat:write", "commands", "im:history", "users:read")
# Asked for too; whoever installs may decline them where the app's manifest lists them as optional.
OPTIONAL_SCOPES = ("files:write", "channels:read", "groups:read", "usergroups:read", "users:read.email")
_OFFICIAL = "slack.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackApp:
    """Our app as Slack knows it, and where Slack and we are reached."""

    client_id: str
    client_secret: str = field(repr=False)
    api_url: str
    public_url: str

    @property
    def authorize_url(self) -> str | None:
        """Where people consent; None means Slack's own page."""
        host = urlsplit(self.api_url).hostname or ""
        if host == _OFFICIAL or host.endswith(f".{_OFFICIAL}"):
            return None
        return self.api_url.removesuffix("/").removesuffix("/api") + "/oauth/v2/authorize"


def install_door(
    app: SlackApp,
    *,
    installations: SealedInstallations,
    states: TicketStates,
    installing: Installing,
    failed: Callable[[bool], Any],
) -> Door:
    """Give the routes that install the app; `failed(denied)` draws the page when it was not."""
    flow = OAuthFlow(
        client=WebClient(base_url=app.api_url, timeout=10),
        settings=OAuthSettings(
            client_id=app.client_id,
            client_secret=app.client_secret,
            scopes=[*BOT_SCOPES, *OPTIONAL_SCOPES],
            installation_store=installations,
            state_store=states,
            redirect_uri=f"{app.public_url}/slack/oauth_redirect",
            authorization_url=app.authorize_url,
            callback_options=CallbackOptions(success=_welcoming(installing), failure=_telling(failed)),
        ),
    )

    def door(request: Any) -> Any:
        asked = to_bolt_request(request)
        redirected = getattr(request, "path", "").endswith("oauth_redirect")
        return to_flask_response(
            flow.handle_callback(asked) if redirected else flow.handle_installation(asked)
        )

    return door


def _welcoming(installing: Installing) -> Callable[[SuccessArgs], BoltResponse]:
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

    return success


def _telling(failed: Callable[[bool], Any]) -> Callable[[FailureArgs], BoltResponse]:
    def failure(args: FailureArgs) -> BoltResponse:
        page = failed(args.reason == "access_denied")
        return BoltResponse(
            status=page.status_code,
            body=page.get_data(as_text=True),
            headers={"content-type": page.content_type or "text/html"},
        )

    return failure
