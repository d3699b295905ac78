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
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path

from bench.process import Process
from bot.crypto import new_key
from bot.sandbox.slack import PretendSlack
from bot.sandbox.xero import PretendOrganisation, PretendXero
from bot.sandbox.xero.people import PEOPLE

ANA, FINANCE = "U0ANA", "C0FINANCE"
MANY = 1_000_000
_LINK = re.compile(r"https?://[^\s\"|>]+/xero/connect\?ticket=[\w-]+")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What something cost; bytes as transferred and as stored, `peak` in MB, `paths` are the calls made."""

    calls: int
    seconds: float
    cpu: float
    peak: float
    stored: int
    received: int = 0
    refused: int = 0
    paths: tuple[str, ...] = field(default=(), repr=False)


@dataclass
class Ground:
    """A running bot with its pretend services."""

    slack: PretendSlack
    xero: PretendXero
    process: subprocess.Popen[str]
    folder: Path
    xero_url: str

    @property
    def bot(self) -> Process:
        """What the bot's process and its children cost."""
        return Process(self.process.pid)

    def cpu_seconds(self) -> float:
        """CPU of the bot so far, user and system, its children included."""
        return self.bot.cpu_seconds()

    def peak_mib(self) -> float:
        """Most memory the bot's process held since it was last told to forget, in MiB."""
        return self.bot.peak_bytes() / 2**20

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
            redirect.close()
        with opener.open(self.xero.consent(target, organisation=organisation)) as page:
            page.read()
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

    def measured(self, orgs: Sequence[PretendOrganisation]) -> Spent:
        """Back up organisations, all asked for at once; gives what it cost. Ends when one is not complete."""
        self.bot.settle()
        self.bot.forget_peak()
        calls, cpu, stored = len(self.xero.calls), self.cpu_seconds(), self.stored_bytes()
        began = time.perf_counter()
        told = self.back_up_all([one.name for one in orgs])
        seconds = time.perf_counter() - began
        self.bot.settle()
        if short := [one for one in told if "Complete" not in one]:
            raise SystemExit(short[0])
        tenants = {one.tenant_id for one in orgs}
        answered = [one for one in self.xero.calls[calls:] if one.tenant_id in tenants]
        return Spent(
            calls=sum(1 for one in answered if one.status != 429),
            refused=sum(1 for one in answered if one.status == 429),
            received=sum(one.bytes for one in answered),
            stored=self.stored_bytes() - stored,
            seconds=seconds,
            cpu=self.cpu_seconds() - cpu,
            peak=self.bot.peak_bytes() / 1e6,
            paths=tuple(f"{one.path}?{one.query}".rstrip("?") for one in answered if one.status == 200),
        )

    def back_up_all(self, names: Sequence[str], *, seconds: float = 3600) -> list[str]:
        """Ask for a backup of each and wait for all summaries; gives their sentences."""
        before = {(one.ts, one.text) for one in self._told("")}
        for name in names:
            self.slack.command(ANA, FINANCE, f"now {name}")

        def ended() -> list[str]:
            return [one.text for one in self._told("Backup of") if (one.ts, one.text) not in before]

        self._until(lambda: len(ended()) >= len(names), seconds)
        return ended()

    def token(self, org: PretendOrganisation) -> str:
        """Give a token of Xero for a process that reads the same as the bot."""
        person = PEOPLE["ana"]
        scopes, address = self.xero.authority.granted[person.user_id], next(iter(self.xero.redirect_uris))
        code = self.xero.authority.allow(person, org.tenant_id, address, scopes)
        return str(self.xero.authority.redeem(code, address)["access_token"])

    def _told(self, words: str) -> list:
        return [one for one in self.slack.messages(FINANCE) if one.only_for is None and words in one.text]

    def _until(self, holds: object, seconds: float) -> None:
        if not self.slack.wait_until(holds, seconds):
            shown = [one.text for one in self.slack.messages(FINANCE)][-3:]
            raise SystemExit(f"nothing happened for {seconds} s; last messages: {shown}")


@contextmanager
def ground(
    organisations: Sequence[PretendOrganisation],
    *,
    limits: bool = False,
    latency_seconds: float = 0.0,
    minute_seconds: float = 60.0,
    fill_calls: int = 0,
) -> Iterator[Ground]:
    """Start everything; without `limits` Xero's minute allows a million calls.

    `fill_calls` are those a run may spend on what costs a call for each record: history, attachments.
    """
    per_minute, per_day = (60, 5000) if limits else (MANY, MANY)
    xero = PretendXero(
        organisations=(),
        minute_seconds=minute_seconds,
        calls_per_minute=per_minute,
        calls_per_day=per_day,
        latency_seconds=latency_seconds,
    )
    xero.authority.connection_limit = MANY
    xero.limits.app.allowed = 10_000 if limits else MANY
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
        "XERO_FILL_CALLS": str(fill_calls),
        "XERO_MINUTE_SECONDS": str(minute_seconds),
        "ENCRYPTION_KEYS": new_key("bench"),
        "PUBLIC_URL": f"http://localhost:{port}",
        "PORT": str(port),
        "DATA_DIR": str(folder),
        "LOG_LEVEL": "warning",
    }
    # As on any day but the first: the tables are there, and what makes them was never loaded.
    subprocess.run([sys.executable, "-m", "bot", "migrate"], env=env, check=True, capture_output=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], env=env, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    try:
        ready = json.loads(process.stdout.readline())
        slack.events_url = f"{ready['url']}/slack/events"
        yield Ground(slack, xero, process, folder, xero_url)
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
        slack.stop()
        xero.stop()
        shutil.rmtree(folder, ignore_errors=True)
