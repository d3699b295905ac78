"""The scripted demo: the same sandbox, driven by a script instead of a person, each message printed as text."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from typing import IO

from bot.demo import Demo
from bot.sandbox.slack import Answer, Message
from bot.views.plain import as_text

ANA, FINANCE = "U0ANA", "C0FINANCE"
PATIENCE_SECONDS = 45.0
_LINK = re.compile(r"https?://[^\s\"|>]+/xero/connect\?ticket=[\w-]+")
_TAGS = re.compile(r"<(style|script|title)\b.*?</\1>|<[^>]+>", re.DOTALL)
Say = Callable[[str], None]


class TourFailed(Exception):
    """A step did not show what it must show."""


class Tour:
    """Walks through the product as Ana, the owner of the pretend workspace."""

    def __init__(self, demo: Demo, say: Say) -> None:
        self._demo, self._say = demo, say
        self._browser = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), _StopAtRedirect()
        )
        self._shown: set[tuple[str, str]] = set()

    def run(self) -> list[str]:
        """Take every step; gives their names. Raises TourFailed."""
        done = []
        for name, step in self._steps():
            self._say(f"\n### {name}\n")
            step()
            done.append(name)
        return done

    def _steps(self) -> list[tuple[str, Callable[[], None]]]:
        return [
            ("connect an organisation", self._connect),
            ("back it up now", self._back_up),
            ("ask what isn't covered", self._coverage),
            ("ask about one thing", self._one_thing),
            ("look at status and history", self._status),
        ]

    def _connect(self) -> None:
        offer = self._command("connect")
        link = _LINK.search(json.dumps([dict(block) for block in offer.blocks]))
        if link is None:
            raise TourFailed("no link to Xero was offered")
        consent_page = self._redirect_of(link.group())
        self._say("(in the browser: Ana consents at the pretend Xero as its Adviser)\n")
        self._say(_page_text(self._open(self._demo.xero.consent(consent_page))) + "\n")
        self._await("the channel hears of the new organisation", "Connected")

    def _back_up(self) -> None:
        self._command("now")
        self._await("a summary is posted", "Complete", "Failed")

    def _coverage(self) -> None:
        self._command("coverage")

    def _one_thing(self) -> None:
        self._command("coverage quotes")

    def _status(self) -> None:
        self._command("status")
        self._command("history")

    def _command(self, text: str) -> Message:
        self._say(f"Ana types: /backup {text}\n")
        answer: Answer = self._demo.slack.command(ANA, FINANCE, text)
        if not answer.ok or answer.message is None:
            raise TourFailed(f"/backup {text} was not answered: {answer.error}")
        self._show(answer.message, "(only Ana sees this)")
        return answer.message

    def _await(self, what: str, *words: str) -> None:
        """Wait until a message in the channel holds one of the words, and show it as it stands then."""

        def found() -> Message | None:
            posted = [one for one in self._demo.slack.messages(FINANCE) if one.only_for is None]
            fitting = [one for one in posted if any(word in _text(one) for word in words)]
            new = [one for one in fitting if (one.ts, one.text) not in self._shown]
            return new[-1] if new else None

        if not self._demo.slack.wait_until(lambda: found() is not None, PATIENCE_SECONDS):
            raise TourFailed(f"waited {PATIENCE_SECONDS:.0f} s until {what}")
        message = found()
        if message is not None:
            self._show(message, "(posted in #finance)")

    def _show(self, message: Message, where: str) -> None:
        self._shown.add((message.ts, message.text))
        self._say(f"{where}\n{_text(message)}\n")

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
    lines = (line.strip() for line in _TAGS.sub("\n", page).splitlines())
    return "\n".join(f"    | {line}" for line in lines if line)
