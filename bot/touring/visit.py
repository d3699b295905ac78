"""The hands and eyes of the tour: types, clicks, fills in forms, waits, and says what is seen as text.

Knows the pretend workspace, and nothing of what the product should show: that is in the steps.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from bot.demo import Demo
from bot.sandbox.slack import Answer, Message
from bot.sandbox.slack.people import Json
from bot.touring.beside import Browser, run_beside
from bot.views.plain import as_text

ANA, BEN, NORA, FINANCE = "U0ANA", "U0BEN", "U0NORA", "C0FINANCE"
ORGANISATION = "Harbour & Sons Trading Ltd"
PATIENCE_SECONDS = 90.0
_LINK = re.compile(r"https?://[^\s\"|>]+/xero/connect\?ticket=[\w-]+")
_IDS = re.compile(r"@U\w+|#C\w+")
_WAITS = "Looking, one moment"
_DRAWN_AT_MOST = 1000
_drawn: dict[int, tuple[Message, str]] = {}
Say = Callable[[str], None]
Found = TypeVar("Found")


class TourFailed(Exception):
    """A step did not show what it must show."""


class Visit:
    """Somebody in #finance, Ana unless another is named."""

    def __init__(self, demo: Demo, say: Say) -> None:
        self.demo, self.slack, self.say, self.browser = demo, demo.slack, say, Browser()
        self._shown: set[tuple[str, str]] = set()

    def command(self, text: str, words: str = "") -> Message:
        """Type a command and show its answer, which may come a moment after the first one."""
        before = len(self.slack.messages(FINANCE, ANA))
        answer = self.type(text)
        if answer.message is None:
            raise TourFailed(f"/backup {text} was not answered")

        def found() -> Message | None:
            mine = [one for one in self.slack.messages(FINANCE, ANA)[before:] if one.only_for == ANA]
            return next((one for one in mine if words in text_of(one)), None)

        shown = self.until(f"/backup {text} says {words!r}", found)
        self.show(shown, "(only Ana sees this)")
        return shown

    def type(self, text: str) -> Answer:
        """Type a command."""
        self.say(f"Ana types: /backup {text}\n")
        answer = self.slack.command(ANA, FINANCE, text)
        if not answer.ok:
            raise TourFailed(f"/backup {text} was not taken: {answer.error}")
        return answer

    def ask(self, question: str, words: str, *, directly: bool = False, below: str | None = None) -> Message:
        """Ask in one's own words; the answer comes where it was asked."""
        place = self.direct() if directly else FINANCE
        where = "in the thread" if below else "to Ledgerkeep" if directly else "in #finance"
        self.say(f"Ana writes {where}: {'' if directly else '@ledgerkeep '}{question}\n")
        if directly:
            self.slack.direct(ANA, question, below)
        else:
            self.slack.mention(ANA, place, question)
        answer = self.until(f"an answer says {words!r}", lambda: self.newest(place, words))
        self.show(answer, "(in Ana's messages from Ledgerkeep)" if directly else "(in the thread)")
        return answer

    def consent(self, drawn: str, organisation: str) -> None:
        """Follow the link to Xero that something holds, and consent there to one organisation."""
        link = _LINK.search(drawn)
        if link is None:
            raise TourFailed("no link to Xero was offered")
        consent_page = self.browser.redirect_of(link.group())
        self.say("(in the browser: Ana consents at the pretend Xero as its Adviser)\n")
        self.say(self.browser.page(self.demo.xero.consent(consent_page, organisation=organisation)) + "\n")

    def direct(self, user: str = ANA) -> str:
        """Give the place where Ledgerkeep and a person write to each other."""
        return self.slack.workspace.direct(user, self.slack.app.user_id).id

    def form(self, words: str, user: str = ANA) -> str:
        """Wait until the form that is open for somebody holds the words, and show it."""

        def found() -> str | None:
            drawn = as_text(dict(self.drawn(user)))
            return drawn if words in drawn and _WAITS not in drawn else None

        shown = self.until(f"a form shows {words!r}", found)
        self.say(f"(a form opens for {self.first_name(user)})\n{self.named(shown)}\n")
        return shown

    def drawn(self, user: str = ANA) -> Json:
        """Give the form that is open for somebody; empty when none is."""
        form = self.slack.open_modal(user)
        return dict(form.view) if form else {}

    def submit(self, values: dict[str, Any], user: str = ANA) -> None:
        """Send the form that is open."""
        answer = self._sent(values, user)
        if not answer.ok:
            raise TourFailed(f"the form was not taken: {answer.field_errors or answer.error}")

    def refused(self, values: dict[str, Any], words: str, user: str = ANA) -> None:
        """Send the form that is open, and see that it stays, with these words at a field."""
        told = " ".join(self._sent(values, user).field_errors.values())
        if words not in told:
            raise TourFailed(f"the form should have said {words!r}; it said {told!r}")
        self.say(f"(at the field, in red: {told})\n")

    def close(self, user: str = ANA) -> None:
        """Close the form that is open, if one is."""
        if (form := self.slack.open_modal(user)) is not None:
            self.slack.close_modal(user, form.id)

    def cli(self, *words: str) -> str:
        """Run the command line beside the bot, and give what it printed."""
        shown = " ".join(f'"{word}"' if " " in word else word for word in words)
        self.say(f"$ ledgerkeep {shown}")
        done = run_beside(words, self.demo.environment, seconds=PATIENCE_SECONDS)
        self.say(done.stdout)
        if done.returncode:
            raise TourFailed(
                f"`ledgerkeep {shown}` ended with {done.returncode}: {done.stderr.strip()[-300:]}"
            )
        return done.stdout

    def posted(self, words: str) -> Message:
        """Give the newest message to everybody that holds the words."""
        found = [one for one in self.everybodys() if words in text_of(one)]
        if not found:
            raise TourFailed(f"no message says {words!r}")
        return found[-1]

    def everybodys(self) -> list[Message]:
        """Give what everybody in the channel sees."""
        return [one for one in self.slack.messages(FINANCE) if one.only_for is None]

    def newest(self, place: str, words: str) -> Message | None:
        """Give the newest message that holds the words and was not shown yet, as it stands now."""
        seen: Sequence[Message] = self.everybodys() if place == FINANCE else self.slack.messages(place, ANA)
        fitting = [one for one in seen if words in text_of(one) and one.author != ANA]
        return next((one for one in reversed(fitting) if (one.ts, one.text) not in self._shown), None)

    def wait(self, what: str, words: str, *, seconds: float | None = None) -> Message:
        """Wait until a new message in the channel holds the words, and show it."""
        found = self.until(what, lambda: self.newest(FINANCE, words), seconds=seconds)
        self.show(found, "(posted in #finance)")
        return found

    @staticmethod
    def until(what: str, look: Callable[[], Found | None], *, seconds: float | None = None) -> Found:
        """Look until something is there; raises TourFailed when it does not come."""
        patience = PATIENCE_SECONDS if seconds is None else seconds
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if found := look():
                return found
            time.sleep(0.05)
        raise TourFailed(f"waited {patience:.0f} s until {what}")

    def show(self, message: Message, where: str) -> None:
        """Print a message once, as its reader sees it."""
        self._shown.add((message.ts, message.text))
        self.say(f"{where}\n{self.named(text_of(message))}\n")

    def named(self, text: str) -> str:
        """Put names where Slack would show them."""
        workspace = self.slack.workspace
        names = {f"@{one.id}": f"@{one.name}" for one in workspace.people.values()}
        names |= {f"#{one.id}": f"#{one.name}" for one in workspace.channels.values()}
        return _IDS.sub(lambda match: names.get(match.group(), match.group()), text)

    def first_name(self, user: str) -> str:
        """Give what colleagues call somebody."""
        return self.slack.workspace.people[user].name.partition(" ")[0]

    def _sent(self, values: dict[str, Any], user: str) -> Answer:
        form = self.slack.open_modal(user)
        if form is None:
            raise TourFailed("the form is closed")
        return self.slack.submit(user, form.id, values)


def text_of(message: Message) -> str:
    """Give a message as its reader sees it; drawn once, for who waits looks at all of them often."""
    known = _drawn.get(id(message))
    if known is None or known[0] is not message:  # another message may live where one was
        if len(_drawn) >= _DRAWN_AT_MOST:
            _drawn.clear()
        text = as_text({"text": message.text, "blocks": [dict(block) for block in message.blocks]})
        known = _drawn[id(message)] = message, text
    return known[1]


def drawn_of(message: Message) -> str:
    """Give a message's blocks as they are sent, addresses among them."""
    return json.dumps([dict(block) for block in message.blocks])
