"""The running bot: web routes, Slack's side, worker and clock, started and stopped in order."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from slack_bolt import App

from bot.app import Worker
from bot.config import Settings
from bot.db.migrate import stored_revision
from bot.errors import LedgerkeepError, SlackUnavailable
from bot.folder import DataFolder
from bot.log import get_logger
from bot.parts import Parts, secret
from bot.services.installing import Installing
from bot.services.looking.fetching import Fetching
from bot.services.workspaces import workspace_id_of
from bot.slack.installations import TicketStates
from bot.slack.tokens import BotIdentity
from bot.views.help import welcome
from bot.web import pages
from bot.web.routes import build
from bot.web.server import WebServer
from bot.web.show import show
from handlers import register, slack_app, slack_install
from handlers.slack_socket import SlackSocket

log = get_logger(__name__)


class Bot:
    """One process of Ledgerkeep; `start` gives the address it listens on."""

    def __init__(self, parts: Parts, *, with_worker: bool = True, folder: DataFolder | None = None) -> None:
        self.parts, self._with_worker = parts, with_worker
        self.worker = Worker(parts)
        self._folder = folder or DataFolder(parts.settings.data_dir)
        self._single = slack_app.SingleWorkspace(secret(parts.settings.slack_bot_token), self._ask_slack)
        self.access = self.worker.services.access
        self.connections = self.worker.connections(self.access)
        self.bolt = self._bolt()
        self.desk = self.worker.desk(self.connections, self.access)
        register(self.bolt, self.desk)
        self._web: WebServer | None = None
        self._socket: SlackSocket | None = None

    def start(self) -> str:
        """Listen, then work. Raises Misconfigured (port taken), DataFolderInUse."""
        settings = self.parts.settings
        if settings.on_one_machine and self._with_worker:
            self._folder.hold()
        self._web = WebServer(self._routes(settings), host=settings.host, port=settings.port)
        url = self._web.start()
        if self._with_worker:
            self.worker.start()
        else:
            self.worker.sweeping.start()
        if settings.mode == "socket":
            self._socket = SlackSocket(self.bolt, secret(settings.slack_app_token))
            self._socket.start()
        self.worker.services.homes.start()
        if not settings.multi_workspace:
            # In the background: a slow Slack must not keep the bot from answering its health check.
            threading.Thread(target=self._meet, name="meet-slack", daemon=True).start()
        return url

    def stop(self) -> None:
        """Stop listening first, then working."""
        if self._socket is not None:
            self._socket.stop()
        if self._web is not None:
            self._web.stop()
        self.worker.services.homes.stop()
        self.worker.stop()
        self._folder.release()

    def readiness(self) -> Mapping[str, str]:
        """Say for each part whether it works, in a word."""
        parts = self.parts
        return {
            "database": _word(lambda: stored_revision(parts.db)),
            "vault": _word(parts.vault.check),
            "clock": ("ok" if self.worker.clock.is_running() else "stopped") if self._with_worker else "off",
            "worker": "ok" if self._with_worker else "off",
            "slack": self._slack_word(),
        }

    def _slack_word(self) -> str:
        if self._socket is not None:
            return "ok" if self._socket.is_alive() else "disconnected"
        if self.parts.settings.multi_workspace:
            return "ok"
        return _word(self._single.known)

    def _meet(self) -> None:
        try:
            self._single.known()
        except LedgerkeepError as error:
            log.warning("slack_not_met_yet", error=type(error).__name__)

    def _bolt(self) -> App:
        settings = self.parts.settings
        identify = self._installed if settings.multi_workspace else self._single.identify
        return slack_app.build(
            signing_secret=secret(settings.slack_signing_secret),
            api_url=settings.slack_api_url,
            identify=identify,
        )

    def _installed(self, team_id: str, enterprise_id: str, org_wide: bool) -> BotIdentity:
        found = self.worker.reach.tokens.installed(team_id, enterprise_id, org_wide=org_wide)
        self.parts.workspaces.ensure(team_id, enterprise_id=enterprise_id)
        return found

    def _ask_slack(self) -> BotIdentity:
        """Ask Slack whose token the settings hold, and know that workspace from now on."""
        answer = self.worker.reach.slack.whoami(workspace_id_of(""))
        team_id = str(answer.get("team_id") or "")
        if not team_id:
            raise SlackUnavailable("Slack did not say which workspace the token belongs to.")
        enterprise_id = str(answer.get("enterprise_id") or "")
        self.parts.workspaces.ensure(team_id, enterprise_id=enterprise_id, name=str(answer.get("team") or ""))
        return BotIdentity(
            team_id=team_id,
            enterprise_id=enterprise_id,
            token=secret(self.parts.settings.slack_bot_token),
            bot_id=str(answer.get("bot_id") or ""),
            bot_user_id=str(answer.get("user_id") or ""),
        )

    def _routes(self, settings: Settings) -> Any:
        return build(
            bolt_wsgi_handler=slack_app.events_door(self.bolt) if settings.mode == "http" else None,
            connections=self.connections,
            readiness=self.readiness,
            metrics_public=False,
            slack_install=self._install_door(settings) if settings.multi_workspace else None,
            redirect_host=urlsplit(settings.xero_redirect_uri).netloc,
            https=settings.public_url.startswith("https"),
            exports=Fetching(
                self.parts.db, exports=self.worker.services.exports, access=self.access, now=self.parts.now
            ),
        )

    def _install_door(self, settings: Settings) -> Any:
        parts = self.parts
        app = slack_install.SlackApp(
            client_id=settings.slack_client_id,
            client_secret=secret(settings.slack_client_secret),
            api_url=settings.slack_api_url,
            public_url=settings.public_url,
        )
        return slack_install.install_door(
            app,
            installations=parts.installations,
            states=TicketStates(parts.db, now=parts.now),
            installing=Installing(parts.workspaces, self.worker.reach.posts, greeting=welcome().payload),
            failed=lambda denied: show(pages.not_installed(denied=denied)),
        )


def _word(check: Any) -> str:
    try:
        check()
    except LedgerkeepError as error:
        return type(error).__name__
    return "ok"
