"""PretendSlack: puts the parts together and serves them from a thread of this process, on loopback only."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask
from markupsafe import Markup

from bot.sandbox.slack.acting import Acting
from bot.sandbox.slack.api import api
from bot.sandbox.slack.delivery import Delivery
from bot.sandbox.slack.demo import BOT_ID, BOT_USER, demo_workspace
from bot.sandbox.slack.faults import Faults
from bot.sandbox.slack.installed import DEFAULT_SCOPES, SlackApp
from bot.sandbox.slack.methods.oauth import consent
from bot.sandbox.slack.modals import Submitting
from bot.sandbox.slack.pace import Pace
from bot.sandbox.slack.page import page
from bot.sandbox.slack.people import Message, OpenView
from bot.sandbox.slack.realm import ApiCall, Realm
from bot.sandbox.slack.responses import responses
from bot.sandbox.slack.served import Served
from bot.sandbox.slack.socketmode import SocketMode
from bot.sandbox.slack.talking import Talking
from bot.sandbox.slack.tickets import Tickets
from bot.sandbox.slack.uploads import uploads


@dataclass(frozen=True, slots=True)
class Lever:
    """A button of the sandbox itself, beside the pretend Slack: its id, its words, what it does at once."""

    id: str
    label: str
    pull: Callable[[], None]


def utcnow() -> datetime:
    """Return the present, aware."""
    return datetime.now(UTC)


class PretendSlack(Submitting, Talking, Acting):
    """A pretend Slack with one workspace and one app.

    `installed=False` starts without a bot token: install through `/oauth/v2/authorize`. Nothing is sent
    anywhere until `events_url` is set or the app opened a WebSocket.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = utcnow,
        signing_secret: str | None = None,
        bot_token: str | None = None,
        app_token: str | None = None,
        events_url: str | None = None,
        client_id: str = "1001.2002",
        client_secret: str | None = None,
        scopes: Sequence[str] = DEFAULT_SCOPES,
        commands: Sequence[str] = ("/backup",),
        app_name: str = "Ledgerkeep",
        installed: bool = True,
    ) -> None:
        app = SlackApp(
            name=app_name,
            user_id=BOT_USER,
            bot_id=BOT_ID,
            client_id=client_id,
            client_secret=client_secret or secrets.token_hex(16),
            signing_secret=signing_secret or secrets.token_hex(16),
            app_token=app_token or f"xapp-sandbox-{secrets.token_hex(12)}",
            scopes=tuple(scopes),
            commands=tuple(commands),
        )
        self.bot_token = app.install(token=bot_token or "").token if installed else ""
        super().__init__(_realm(app, now))
        self.realm.delivery.events_url = events_url or ""
        self.page_note: str | Markup = ""
        self.suggestions: Sequence[str] = ()
        self.levers: Sequence[Lever] = ()
        self._served: Served | None = None

    @property
    def app(self) -> SlackApp:
        """The app: its credentials, scopes and tokens."""
        return self.realm.app

    @property
    def signing_secret(self) -> str:
        """The secret that signs what is sent to `events_url`."""
        return self.realm.app.signing_secret

    @property
    def app_token(self) -> str:
        """The token for Socket Mode."""
        return self.realm.app.app_token

    @property
    def calls(self) -> list[ApiCall]:
        """Every call of the Web API and every post to a response address so far."""
        return self.realm.calls

    @property
    def faults(self) -> Faults:
        """Scripted misbehaviour."""
        return self.realm.faults

    @property
    def base_url(self) -> str:
        """The address of the workspace page; the Web API is `/api/` below it."""
        return self.realm.base_url

    @property
    def api_url(self) -> str:
        """The base address of the Web API, as SLACK_API_URL takes it."""
        return self.realm.base_url + "/api/"

    @property
    def events_url(self) -> str:
        """Where commands, interactions and events are sent; may be set at any time."""
        return self.realm.delivery.events_url

    @events_url.setter
    def events_url(self, url: str) -> None:
        self.realm.delivery.events_url = url

    @property
    def rate_limits(self) -> bool:
        """Whether Slack's rate limits are kept; on unless switched off."""
        return self.realm.pace.is_on

    @rate_limits.setter
    def rate_limits(self, is_on: bool) -> None:
        self.realm.pace.is_on = is_on

    def messages(self, channel: str, viewer: str | None = None) -> list[Message]:
        """Return the messages of a channel, oldest first; with a viewer, what that person sees."""
        return self.workspace.messages(channel, viewer)

    def home(self, user: str) -> OpenView | None:
        """Return somebody's Home page."""
        return self.workspace.homes.get(user)

    def wait_until(self, predicate: Callable[[], bool], seconds: float = 5.0) -> bool:
        """Wait until something holds; asked again after every change, so tests need no sleep."""
        return self.workspace.wait(predicate, seconds)

    def start(self, port: int = 0) -> str:
        """Serve on loopback; return the address of the workspace page."""
        self._served = Served(self._flask(), port)
        self.realm.base_url = f"http://127.0.0.1:{self._served.port}"
        return self.realm.base_url

    def stop(self) -> None:
        """Stop serving and sending."""
        self.realm.stopping.set()
        self.realm.delivery.stop()
        self.realm.sockets.stop()
        if self._served is not None:
            self._served.stop()
            self._served = None

    def _flask(self) -> Flask:
        flask = Flask("bot.sandbox.slack", static_url_path="/static")
        flask.config["MAX_CONTENT_LENGTH"] = 64 * 2**20
        for routes in (api, consent, responses, uploads):
            flask.register_blueprint(routes(self.realm))
        flask.register_blueprint(page(self))
        flask.add_template_filter(lambda text: sum(map(ord, text)), "sum_of")
        return flask


def _realm(app: SlackApp, now: Callable[[], datetime]) -> Realm:
    sockets = SocketMode(app.id)
    return Realm(
        workspace=demo_workspace(now, app.name),
        app=app,
        tickets=Tickets(now),
        faults=Faults(),
        pace=Pace(time.monotonic),
        sockets=sockets,
        delivery=Delivery(app, now, sockets),
        now=now,
    )
