"""What the measurements stand on: the bot as a process of its own, beside pretend services in this one."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path

from bot.crypto import new_key
from bot.sandbox.slack import PretendSlack
from bot.sandbox.xero import PretendOrganisation, PretendXero

ANA, FINANCE = "U0ANA", "C0FINANCE"
_TICKS = os.sysconf("SC_CLK_TCK")
_LINK = re.compile(r"https?://[^\s\"|>]+/xero/connect\?ticket=[\w-]+")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


@dataclass
class Ground:
    """A running bot with its pretend services."""

    slack: PretendSlack
    xero: PretendXero
    process: subprocess.Popen[str]
    folder: Path

    def cpu_seconds(self) -> float:
        """CPU of the bot's process so far, user and system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def peak_mib(self) -> float:
        """Most memory the bot's process ever held, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024

    def stored_bytes(self) -> int:
        """Bytes in the vault."""
        return sum(one.stat().st_size for one in (self.folder / "vault").rglob("*") if one.is_file())

    def link(self, organisation: str) -> None:
        """Link an organisation and wait until the channel heard of it."""
        known = len(self._told("is connected"))
        answer = self.slack.command(ANA, FINANCE, "connect")
        link = _LINK.search(json.dumps([dict(block) for block in answer.message.blocks]))[0]
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), _NoRedirect())
        try:
            opener.open(link)
        except urllib.error.HTTPError as redirect:
            target = redirect.headers["Location"]
        opener.open(self.xero.consent(target, organisation=organisation)).read()
        self._until(lambda: len(self._told("is connected")) > known, 60)

    def back_up(self, name: str = "", *, seconds: float = 900) -> tuple[float, str]:
        """Take a backup; gives seconds from the command to the summary, and its sentence."""
        before = {(one.ts, one.text) for one in self._told("")}
        began = time.perf_counter()
        self.slack.command(ANA, FINANCE, f"now {name}".strip())

        def ended() -> bool:
            return any((one.ts, one.text) not in before for one in self._told("Backup of"))

        self._until(ended, seconds)
        took = time.perf_counter() - began
        return took, next(
            one.text for one in reversed(self._told("Backup of")) if (one.ts, one.text) not in before
        )

    def _told(self, words: str) -> list:
        return [one for one in self.slack.messages(FINANCE) if one.only_for is None and words in one.text]

    def _until(self, holds: object, seconds: float) -> None:
        if not self.slack.wait_until(holds, seconds):
            shown = [one.text for one in self.slack.messages(FINANCE)][-3:]
            raise SystemExit(f"nothing happened for {seconds} s; last messages: {shown}")


@contextmanager
def ground(
    organisations: Sequence[PretendOrganisation], *, limits: bool = False, latency_seconds: float = 0.0
) -> Iterator[Ground]:
    """Start everything; without `limits` Xero's minute allows a million calls."""
    per_minute, per_day = (60, 5000) if limits else (1_000_000, 1_000_000)
    xero = PretendXero(
        organisations=(),
        calls_per_minute=per_minute,
        calls_per_day=per_day,
        latency_seconds=latency_seconds,
    )
    for one in organisations:
        xero.add_organisation(one)
    slack, folder = PretendSlack(), Path(tempfile.mkdtemp(prefix="ledgerkeep-bench-"))
    slack.rate_limits = False
    xero_url = xero.start()
    slack.start()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    xero.redirect_uris.add(f"http://localhost:{port}/xero/callback")
    env = {
        **{k: v for k, v in os.environ.items() if k in {"PATH", "HOME"}},
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "XERO_CLIENT_ID": xero.client_id,
        "XERO_CLIENT_SECRET": xero.client_secret,
        "XERO_LOGIN_URL": xero_url,
        "XERO_IDENTITY_URL": xero_url,
        "XERO_API_URL": xero_url,
        "XERO_CALLS_PER_MINUTE": str(per_minute),
        "XERO_CALLS_PER_DAY": str(per_day),
        "ENCRYPTION_KEYS": new_key("bench"),
        "PUBLIC_URL": f"http://localhost:{port}",
        "PORT": str(port),
        "DATA_DIR": str(folder),
        "LOG_LEVEL": "warning",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], env=env, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    try:
        ready = json.loads(process.stdout.readline())
        slack.events_url = f"{ready['url']}/slack/events"
        yield Ground(slack, xero, process, folder)
    finally:
        process.terminate()
        process.wait(20)
        slack.stop()
        xero.stop()
        shutil.rmtree(folder, ignore_errors=True)
