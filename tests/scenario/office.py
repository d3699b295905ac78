"""An office for scenarios: pretend Slack, pretend Xero and the real bot in one process, over real HTTP."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.cookiejar import CookieJar

from bot.demo import Demo
from bot.domain.organisation import Organisation
from bot.sandbox.slack import Answer, Message
from bot.views.plain import as_text

ANA, BEN, PRIYA, GIL, EVE = "U0ANA", "U0BEN", "U0PRIYA", "U0GIL", "U0EVE"
FINANCE, GENERAL, MONTH_END, CLIENTS, RANDOM = (
    "C0FINANCE",
    "C0GENERAL",
    "C0MONTHEND",
    "C0CLIENTS",
    "C0RANDOM",
)
LINK = re.compile(r"https?://[^\s\"|>]+/xero/connect\?ticket=[\w-]+")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


class Browser:
    """A person's browser: keeps cookies, follows nothing by itself."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), _NoRedirect()
        )

    def get(self, url: str) -> tuple[int, str, str]:
        """Open an address; gives (status, where it leads, text)."""
        try:
            with self._opener.open(url, timeout=20) as answer:
                return answer.status, "", answer.read().decode()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.headers.get("Location", ""), answer.read().decode()


class Office(Demo):
    """What a scenario drives; everything is real but the two outer services."""

    def link(
        self, organisation: str = "lively", *, user: str = ANA, channel: str = FINANCE, xero_user: str = "ana"
    ) -> Organisation:
        """Link an organisation as a person would, and wait until the channel heard of it."""
        before = {one.id for one in self.organisations()}
        status, _, page = self.consent(
            self.link_offered(user=user, channel=channel), organisation=organisation, xero_user=xero_user
        )
        assert status == 200, page
        (new,) = [one for one in self.organisations() if one.id not in before]
        self.wait_for(channel, "Connected")
        return new

    def link_offered(self, *, user: str = ANA, channel: str = FINANCE) -> str:
        """Type /backup connect and give the link in the answer."""
        answer = self.slack.command(user, channel, "connect")
        assert answer.message is not None, answer
        found = LINK.search(json.dumps([dict(block) for block in answer.message.blocks]))
        assert found, self.text(answer.message)
        return found.group()

    def consent(
        self, link: str, *, organisation: str = "lively", xero_user: str = "ana", deny: bool = False
    ) -> tuple[int, str, str]:
        """Open a link, consent at Xero, and give the page at the end as (status, location, text)."""
        browser = Browser()
        status, target, page = browser.get(link)
        assert status in {302, 303}, page
        return browser.get(self.xero.consent(target, organisation=organisation, user=xero_user, deny=deny))

    def back_up(
        self, asked: str = "", *, user: str = ANA, channel: str = FINANCE, seconds: float = 60
    ) -> Message:
        """Type /backup now and wait for the end; gives the message as it stands then."""
        before = {(one.ts, one.text) for one in self.slack.messages(channel)}
        answer = self.slack.command(user, channel, f"now {asked}".strip())
        assert answer.ok, answer
        return self.wait_for(
            channel, "backup of", also=("Complete", "Failed", "Stopped"), not_in=before, seconds=seconds
        )

    def wait_for(
        self,
        channel: str,
        words: str,
        *,
        also: Sequence[str] = (),
        not_in: set[tuple[str, str]] = frozenset(),  # type: ignore[assignment]
        seconds: float = 30,
    ) -> Message:
        """Wait until a message in a channel holds the words (and one of `also`), and give it."""

        def found() -> Message | None:
            for one in reversed(self.slack.messages(channel)):
                text = self.text(one)
                fits = words in text and (not also or any(word in text for word in also))
                if fits and (one.ts, one.text) not in not_in:
                    return one
            return None

        self.slack.wait_until(lambda: found() is not None, seconds)
        message = found()
        shown = "\n---\n".join(self.text(one) for one in self.slack.messages(channel))
        assert message is not None, (
            f"no message with {words!r} within {seconds} s; the channel shows:\n{shown}"
        )
        return message

    def say(self, text: str, *, user: str = ANA, channel: str = FINANCE) -> str:
        """Type a /backup command and give the private answer as text."""
        answer: Answer = self.slack.command(user, channel, text)
        assert answer.ok, answer
        assert answer.message is not None, answer
        return self.text(answer.message)

    def organisations(self) -> list[Organisation]:
        """List what is linked."""
        assert self.bot is not None
        return self.bot.parts.organisations.linked()

    @staticmethod
    def text(message: Message) -> str:
        """Give a message as its reader sees it."""
        return as_text({"text": message.text, "blocks": [dict(block) for block in message.blocks]})


@contextmanager
def office(
    *,
    settings: Mapping[str, str] | None = None,
    organisations: Sequence[str] = ("lively", "empty", "nz"),
    minute_seconds: float = 2.0,
) -> Iterator[Office]:
    """Open an office for one scenario; a short minute, so that limits cost seconds and not minutes."""
    one = Office(settings=settings, organisations=organisations, minute_seconds=minute_seconds)
    one.start()
    try:
        yield one
    finally:
        one.stop()
