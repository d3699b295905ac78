"""The bot against its sandbox: a pretend Slack and a pretend Xero on this computer, and nothing to set up.

Everything lives in a folder that is removed at the end; no account, no network beyond loopback.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from bot.config import load_settings
from bot.crypto import new_key
from bot.parts import open_parts
from bot.process import Bot
from bot.sandbox.slack import PretendSlack
from bot.sandbox.xero import PretendXero

SHORT_MINUTE = 10.0  # a pretend minute: nobody should wait sixty seconds for a demonstration
# Older apps may still read expense claims and receipts; the pretend one can.
EXTRA_SCOPES = "accounting.classicexpenses.read"
FIRST_STEPS = Markup(
    "Type <kbd>/backup connect</kbd> in #finance to link a pretend Xero organisation, "
    "then <kbd>/backup now</kbd>."
)
SUGGESTIONS = ("/backup connect", "/backup now", "/backup status", "/backup coverage", "/backup help")


class Demo:
    """A sandbox and a bot, started together; `environment` lets the command line work beside them."""

    def __init__(
        self,
        *,
        page_port: int = 0,
        minute_seconds: float = SHORT_MINUTE,
        settings: Mapping[str, str] | None = None,
        organisations: Sequence[str] = ("lively", "empty", "nz"),
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="ledgerkeep-demo-"))
        self._page_port, self._minute_seconds, self._more = page_port, minute_seconds, dict(settings or {})
        self.xero = PretendXero(minute_seconds=minute_seconds, organisations=organisations)
        self.slack = PretendSlack()
        self.bot: Bot | None = None
        self.environment: dict[str, str] = {}

    def start(self) -> str:
        """Start all three; give the address of the workspace page."""
        xero_url = self.xero.start()
        page = self.slack.start(self._page_port)
        port = _free_port()
        public_url = f"http://localhost:{port}"
        self.xero.redirect_uris.add(f"{public_url}/xero/callback")
        self.environment = {"ENCRYPTION_KEYS": new_key("demo"), **self._settings(xero_url, public_url, port)}
        settings = load_settings({}, for_demo=True, overrides=self.environment, env_file=None)
        self.bot = Bot(open_parts(settings, may_migrate=True))
        url = self.bot.start()
        self.slack.page_note, self.slack.suggestions = FIRST_STEPS, SUGGESTIONS
        self.slack.events_url = f"{url}/slack/events"
        return page

    def stop(self) -> None:
        """Stop all three and remove what they wrote."""
        if self.bot is not None:
            self.bot.stop()
            self.bot.parts.close()
        self.slack.stop()
        self.xero.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _settings(self, xero_url: str, public_url: str, port: int) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_API_URL": self.slack.api_url,
            "XERO_CLIENT_ID": self.xero.client_id,
            "XERO_CLIENT_SECRET": self.xero.client_secret,
            "XERO_LOGIN_URL": xero_url,
            "XERO_IDENTITY_URL": xero_url,
            "XERO_API_URL": xero_url,
            "XERO_MINUTE_SECONDS": str(self._minute_seconds),
            "PUBLIC_URL": public_url,
            "PORT": str(port),
            "XERO_EXTRA_SCOPES": EXTRA_SCOPES,
            "DATA_DIR": str(self._folder),
            **self._more,
        }


def _free_port() -> int:
    """Find a port for the bot before it listens: the redirect address registered with Xero holds it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
