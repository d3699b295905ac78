"""A house for the command line: pretend Slack and Xero in this process, the real program in others."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from bot.__main__ import main
from bot.crypto import new_key
from bot.sandbox.slack import PretendSlack
from bot.sandbox.xero import PretendXero
from tests.scenario.office import FINANCE, LINK, Browser

ANA = "U0ANA"
PROGRAM = Path(sys.executable).parent / "ledgerkeep"
COMMAND = [str(PROGRAM)] if PROGRAM.exists() else [sys.executable, "-m", "bot"]


class House:
    """One installation on one data folder."""

    def __init__(self, folder: Path, *, organisations: Sequence[str] = ("lively", "empty")) -> None:
        self.folder, self.data = folder, folder / "data"
        self.xero = PretendXero(minute_seconds=1, organisations=organisations)
        self.slack = PretendSlack()
        self.ring = new_key("first")
        self.bot: subprocess.Popen[str] | None = None
        xero_url = self.xero.start()
        self.slack.rate_limits = False  # a command leaves what Slack puts off to the bot that runs next
        self.slack.start()
        self.env = {
            "PATH": "/usr/bin:/bin",
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_API_URL": self.slack.api_url,
            "XERO_CLIENT_ID": self.xero.client_id,
            "XERO_CLIENT_SECRET": self.xero.client_secret,
            "XERO_LOGIN_URL": xero_url,
            "XERO_IDENTITY_URL": xero_url,
            "XERO_API_URL": xero_url,
            "XERO_MINUTE_SECONDS": "1",
            "XERO_FILL_CALLS": "0",
            "DATA_DIR": str(self.data),
            "ENCRYPTION_KEYS": self.ring,
        }

    def run(self, *args: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [*COMMAND, *args],
            env=self.env | (env or {}),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    def call(self, *args: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run one command in this process, which spares its start."""
        out, err = io.StringIO(), io.StringIO()
        with (
            patch.dict(os.environ, self.env | (env or {})),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            try:
                main(args)
            except SystemExit as end:
                code = end.code
        return subprocess.CompletedProcess(args, int(code or 0), out.getvalue(), err.getvalue())

    def json(self, *args: str, code: int = 0) -> Any:
        """Call one command with --json and read what it printed."""
        done = self.call(*args, "--json")
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def spawn(self, *args: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
        """Start a command that runs until it is told to stop."""
        return subprocess.Popen(
            [*COMMAND, *args],
            env=self.env | (env or {}),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start_bot(self) -> dict[str, str]:
        """Start the bot on a free port, let Slack and Xero know it; give what it said when it was ready."""
        self.bot = self.spawn("run", "--port", "0")
        assert self.bot.stdout is not None
        ready: dict[str, str] = json.loads(self.bot.stdout.readline())
        self.slack.events_url = f"{ready['url']}/slack/events"
        port = urlsplit(ready["url"]).port
        self.xero.redirect_uris.add(f"http://localhost:{port}/xero/callback")
        return ready

    def stop_bot(self) -> tuple[int, str]:
        """Stop the bot as a service manager does; give its exit code and what else it printed."""
        assert self.bot is not None
        self.bot.terminate()
        rest, _ = self.bot.communicate(timeout=20)
        bot, self.bot = self.bot, None
        return bot.returncode, rest

    def link(self, organisation: str) -> None:
        """Link an organisation as a person would."""
        answer = self.slack.command(ANA, FINANCE, "connect")
        assert answer.message is not None, answer
        link = LINK.search(json.dumps([dict(block) for block in answer.message.blocks]))
        assert link
        browser = Browser()
        _, target, _ = browser.get(link.group())
        status, _, page = browser.get(self.xero.consent(target, organisation=organisation))
        assert status == 200, page

    def close(self) -> None:
        """Stop everything that was started."""
        if self.bot is not None:
            self.bot.kill()
            self.bot.communicate()
        self.slack.stop()
        self.xero.stop()
