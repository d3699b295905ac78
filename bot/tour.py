"""The scripted demo: the same sandbox, driven by a script, not by a person; prints every message as text."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from html import unescape
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from pathlib import Path
from typing import IO

from bot.demo import Demo
from bot.sandbox.slack import Answer, Message
from bot.sandbox.xero import ConsentRefused
from bot.views import ids
from bot.views.plain import as_text

ANA, BEN, FINANCE = "U0ANA", "U0BEN", "C0FINANCE"
ORGANISATION = "Harbour & Sons Trading Ltd"
QUOTES = "/api.xro/2.0/Quotes*"
PATIENCE_SECONDS = 45.0
_LINK = re.compile(r"https?://[^\s\"|>]+/xero/connect\?ticket=[\w-]+")
_TAGS = re.compile(r"<(style|script|title)\b.*?</\1>|<[^>]+>", re.DOTALL)
_IDS = re.compile(r"@U\w+|#C\w+")
Say = Callable[[str], None]


class TourFailed(Exception):
    """A step did not show what it must show."""


# What a step may end with when the product does not do what it should; anything else is a fault of the tour.
_FAILURES = (TourFailed, ConsentRefused, LookupError, OSError, subprocess.TimeoutExpired)


class Tour:
    """Walks through the product as Ana, the owner of the pretend workspace."""

    def __init__(self, demo: Demo, say: Say) -> None:
        self._demo, self._say = demo, say
        self._browser = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), _StopAtRedirect()
        )
        self._shown: set[tuple[str, str]] = set()

    def run(self) -> list[str]:
        """Take every step; gives their names. Raises TourFailed, which names the step."""
        done = []
        for name, step in self._steps():
            self._say(f"\n### {name}\n")
            try:
                step()
            except _FAILURES as failed:
                raise TourFailed(f"{name}: {failed}") from failed
            done.append(name)
        return done

    def _steps(self) -> list[tuple[str, Callable[[], None]]]:
        return [
            ("connect an organisation", self._connect),
            ("back it up now", self._back_up),
            ("ask what isn't covered", self._coverage),
            ("ask about one thing", self._one_thing),
            ("back up while Xero withholds the quotes", self._back_up_with_a_gap),
            ("look at status and history", self._status),
            ("check the copies from the command line", self._verify),
            ("take a copy out as files", self._export),
            ("try to disconnect without the right to", self._refused),
            ("disconnect and keep the copies", self._disconnect),
        ]

    def _connect(self) -> None:
        offer = self._command("connect")
        link = _LINK.search(json.dumps([dict(block) for block in offer.blocks]))
        if link is None:
            raise TourFailed("no link to Xero was offered")
        consent_page = self._redirect_of(link.group())
        self._say("(in the browser: Ana consents at the pretend Xero as its Adviser)\n")
        self._say(_page_text(self._open(self._demo.xero.consent(consent_page))) + "\n")
        self._await("the channel hears of the new organisation", f"Connected: {ORGANISATION}")

    def _back_up(self) -> None:
        self._command("now")
        self._await("a summary is posted", "Complete: backup of")

    def _coverage(self) -> None:
        self._command("coverage")

    def _one_thing(self) -> None:
        self._command("coverage quotes")

    def _back_up_with_a_gap(self) -> None:
        """Let Xero hand out an empty list where there were quotes: a gap, never a deletion."""
        self._say("(from here on the pretend Xero hands out an empty list of quotes)\n")
        self._demo.xero.faults.add("empty_list", path=QUOTES, times=0)
        try:
            self._command("now")
            self._await("a summary tells the gap", "Complete with gaps: backup of")
        finally:
            self._demo.xero.faults.clear()

    def _status(self) -> None:
        self._command("status")
        self._command("history")

    def _verify(self) -> None:
        self._cli("verify", ORGANISATION, "--full")

    def _export(self) -> None:
        with tempfile.TemporaryDirectory(prefix="ledgerkeep-tour-") as folder:
            out = Path(folder) / "export"
            self._cli("export", ORGANISATION, "--to", str(out))
            for name in ("quotes.jsonl", "invoices.jsonl", "contacts.jsonl"):
                with (out / name).open(encoding="utf-8") as lines:
                    self._say(f"    {name}: {sum(1 for _ in lines):,} records")

    def _refused(self) -> None:
        told = self._press(BEN, "Connected: ", ids.DISCONNECT)
        if "Only workspace admins may" not in _text(told):
            raise TourFailed("Ben, who is no admin, was not refused")
        self._show(told, "(only Ben sees this)")

    def _disconnect(self) -> None:
        slack = self._demo.slack
        slack.click(ANA, FINANCE, self._posted("Connected: "), ids.DISCONNECT)
        if not slack.wait_until(lambda: slack.open_modal(ANA) is not None, PATIENCE_SECONDS):
            raise TourFailed("no form was opened")
        form = slack.open_modal(ANA)
        if form is None:
            raise TourFailed("the form was closed again")
        self._say(f"(a form opens for Ana)\n{as_text(dict(form.view))}\n")
        slack.submit(ANA, form.id, {ids.COPIES_BLOCK: {ids.COPIES_ACTION: ids.COPIES_KEEP}})
        self._await("the channel hears of it", f"Disconnected: {ORGANISATION}")

    def _command(self, text: str) -> Message:
        self._say(f"Ana types: /backup {text}\n")
        answer: Answer = self._demo.slack.command(ANA, FINANCE, text)
        if not answer.ok or answer.message is None:
            raise TourFailed(f"/backup {text} was not answered: {answer.error}")
        self._show(answer.message, "(only Ana sees this)")
        return answer.message

    def _press(self, user: str, words: str, action_id: str) -> Message:
        """Click in the channel's message that holds the words; gives what only this person is told."""
        slack, before = self._demo.slack, len(self._demo.slack.messages(FINANCE, user))
        slack.click(user, FINANCE, self._posted(words), action_id)
        if not slack.wait_until(lambda: len(slack.messages(FINANCE, user)) > before, PATIENCE_SECONDS):
            raise TourFailed("a click was not answered")
        return slack.messages(FINANCE, user)[-1]

    def _cli(self, *words: str) -> None:
        """Run the command line beside the running bot, on the demo's own folder."""
        shown = " ".join(f'"{word}"' if " " in word else word for word in words)
        self._say(f"$ ledgerkeep {shown}")
        passed_on = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words],
            env={**passed_on, **self._demo.environment, "LOG_LEVEL": "warning"},
            cwd=self._demo.environment["DATA_DIR"],  # no .env file lies there
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        self._say(done.stdout)
        if done.returncode:
            raise TourFailed(
                f"`ledgerkeep {shown}` ended with {done.returncode}: {done.stderr.strip()[-300:]}"
            )

    def _posted(self, words: str) -> Message:
        """Give the newest message to everybody that holds the words."""
        found = [one for one in self._everybodys() if words in _text(one)]
        if not found:
            raise TourFailed(f"no message says {words!r}")
        return found[-1]

    def _everybodys(self) -> list[Message]:
        return [one for one in self._demo.slack.messages(FINANCE) if one.only_for is None]

    def _await(self, what: str, words: str) -> None:
        """Wait until a new message in the channel holds the words, and show it as it stands then."""

        def found() -> list[Message]:
            fitting = [one for one in self._everybodys() if words in _text(one)]
            return [one for one in fitting if (one.ts, one.text) not in self._shown]

        if not self._demo.slack.wait_until(lambda: bool(found()), PATIENCE_SECONDS):
            raise TourFailed(f"waited {PATIENCE_SECONDS:.0f} s until {what}")
        self._show(found()[-1], "(posted in #finance)")

    def _show(self, message: Message, where: str) -> None:
        self._shown.add((message.ts, message.text))
        self._say(f"{where}\n{self._named(_text(message))}\n")

    def _named(self, text: str) -> str:
        """Put names where Slack would show them."""
        workspace = self._demo.slack.workspace
        names = {f"@{one.id}": f"@{one.name}" for one in workspace.people.values()}
        names |= {f"#{one.id}": f"#{one.name}" for one in workspace.channels.values()}
        return _IDS.sub(lambda match: names.get(match.group(), match.group()), text)

    def _redirect_of(self, url: str) -> str:
        try:
            self._browser.open(url, timeout=10)
        except urllib.error.HTTPError as answer:
            target = answer.headers.get("Location", "")
            if answer.code in {302, 303} and target:
                return str(target)
        raise TourFailed("the link did not lead to Xero")

    def _open(self, url: str) -> str:
        with self._browser.open(url, timeout=20) as answer:
            text: str = answer.read().decode()
        return text


class _StopAtRedirect(urllib.request.HTTPRedirectHandler):
    """Leave redirects to the script: what lies behind is a page for people."""

    def redirect_request(  # noqa: PLR0917 - the standard library's signature
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        """Follow nothing."""


def _text(message: Message) -> str:
    return as_text({"text": message.text, "blocks": [dict(block) for block in message.blocks]})


def _page_text(page: str) -> str:
    lines = (line.strip() for line in unescape(_TAGS.sub("\n", page)).splitlines())
    return "\n".join(f"    | {line}" for line in lines if line)
