"""An office for scenarios: pretend Slack, pretend Xero and the real bot in one process, over real HTTP."""

from __future__ import annotations

import json
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from http.cookiejar import CookieJar

from bot.config import load_settings
from bot.crypto import new_key
from bot.db import outbox
from bot.demo import Demo, _free_port
from bot.domain.names import Actor
from bot.domain.organisation import Organisation
from bot.parts import open_parts
from bot.process import Bot
from bot.sandbox.slack import Answer, Message, payloads
from bot.services.posts import Posts
from bot.services.workspaces import workspace_id_of
from bot.touring.visit import text_of
from jobs import engine
from tests.scenario.furniture import furnish

ANA, BEN, PRIYA, GIL, EVE = "U0ANA", "U0BEN", "U0PRIYA", "U0GIL", "U0EVE"
FINANCE, GENERAL, MONTH_END, CLIENTS, RANDOM = (
    "C0FINANCE",
    "C0GENERAL",
    "C0MONTHEND",
    "C0CLIENTS",
    "C0RANDOM",
)
engine.POLL_SECONDS = 0.1  # tests wait for each job's begin; people do not notice a quarter of a second
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
    """What a scenario drives; everything is real but the two outer services.

    The bot's clock may be moved (`pass_time`); those of Slack and Xero stay real.
    """

    def __init__(
        self,
        *,
        settings: Mapping[str, str] | None = None,
        organisations: Sequence[str] = ("lively", "empty", "nz"),
        minute_seconds: float = 2.0,
        by_socket: bool = False,
        many_workspaces: bool = False,
    ) -> None:
        super().__init__(settings=settings, organisations=organisations, minute_seconds=minute_seconds)
        self._by_socket, self._many_workspaces = by_socket, many_workspaces
        self._urls = ("", "", 0)
        self._key = new_key("office")

    def start(self) -> str:
        """Start all three; give the address of the workspace page."""
        if self._many_workspaces:
            self.slack.app.grants.clear()
        xero_url, page, port = self.xero.start(), self.slack.start(), _free_port()
        self._urls = (xero_url, f"http://localhost:{port}", port)
        self.xero.redirect_uris.add(f"{self.public_url}/xero/callback")
        self.start_bot()
        return page

    def start_bot(self) -> None:
        """Start the bot alone, also anew in the folder of the one before."""
        settings = load_settings({}, for_demo=True, overrides=self._chosen_settings(), env_file=None)
        furnish(settings)
        self.bot = Bot(open_parts(settings, now=self.now, may_migrate=True))
        url = self.bot.start()
        self.slack.events_url = f"{url}/slack/events"
        for one in threading.enumerate():  # it reads the environment, which the next test's setup changes
            if one.name == "meet-slack":
                one.join(5)

    def stop_bot(self) -> None:
        """Stop the bot alone; Slack and Xero go on."""
        if self.bot is not None:
            self.bot.stop()
            self.bot.parts.close()
            self.bot = None

    @property
    def public_url(self) -> str:
        """Where people's browsers reach the bot."""
        return self._urls[1]

    @property
    def posts(self) -> Posts:
        """The messages on their way to Slack."""
        assert self.bot is not None
        return self.bot.worker.reach.posts

    def send_waiting(self, **later: float) -> int:
        """Let time pass and send what waits, as the clock does every 15 seconds; gives how many arrived."""
        self.pass_time(**(later or {"hours": 7}))
        return self.posts.send_due()

    def only_by_hand(self) -> None:
        """Let nothing come by itself from here on: no backup, digest or tidying of the clock."""
        assert self.bot is not None
        self.bot.worker.clock.serve(())

    def waits(self) -> bool:
        """Say whether a message waits to be sent, now or later."""
        assert self.bot is not None
        with self.bot.parts.db.reading() as session:
            return bool(outbox.due(session, self.now() + timedelta(days=1), limit=1))

    def _chosen_settings(self) -> dict[str, str]:
        found = self._settings(*self._urls)
        found["ENCRYPTION_KEYS"] = self._key
        # Most tests are about the books; those about attachments and history say how many calls they allow.
        found.setdefault("XERO_FILL_CALLS", "0")
        if self._by_socket:
            found["SLACK_APP_TOKEN"] = self.slack.app_token
        if self._many_workspaces:
            del found["SLACK_BOT_TOKEN"]
            found["SLACK_CLIENT_ID"] = self.slack.app.client_id
            found["SLACK_CLIENT_SECRET"] = self.slack.app.client_secret
        return found

    def link(
        self, organisation: str = "lively", *, user: str = ANA, channel: str = FINANCE, xero_user: str = "ana"
    ) -> Organisation:
        """Link an organisation as a person would, and wait until the channel heard of it."""
        before = {one.id for one in self.organisations()}
        said = {(one.ts, one.text) for one in self.slack.messages(channel)}
        status, _, page = self.consent(
            self.link_offered(user=user, channel=channel), organisation=organisation, xero_user=xero_user
        )
        assert status == 200, page
        (new,) = [one for one in self.organisations() if one.id not in before]
        self.wait_for(channel, "Connected: ", also=(_start_of(new.name),), not_in=said)
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

    @contextmanager
    def held(self, path: str = "/api.xro/2.0/*") -> Iterator[None]:
        """Hold Xero's answers to matching calls until the block ends, so that a backup stays under way."""
        gate = threading.Event()
        fault = self.xero.faults.add("hook", path=path, times=0, hook=lambda: _wait(gate))
        try:
            yield
        finally:
            gate.set()
            with self.xero.faults.lock:
                self.xero.faults.script.remove(fault)

    def seen(self, channel: str, user: str) -> str:
        """Give everything a person sees in a channel, as one text."""
        return "\n---\n".join(self.text(one) for one in self.slack.messages(channel, user))

    def last_private(self, user: str, channel: str, after: str = "") -> str:
        """Wait for the newest message that only this person sees (or a direct message), and give its text."""

        def found() -> list[Message]:
            shown = self.slack.messages(channel, user)
            mine = [one for one in shown if one.only_for == user or channel.startswith("D")]
            return [one for one in mine if one.ts > after and not one.is_notice and one.author != user]

        self.slack.wait_until(lambda: bool(found()), 10)
        assert found(), f"nothing was told to {user} in {channel}"
        return self.text(found()[-1])

    def press(self, user: str, channel: str, message: Message, action_id: str, value: object = None) -> str:
        """Click, and give what only the person who clicked is told."""
        newest = max((one.ts for one in self.slack.messages(channel)), default="")
        answer = self.slack.click(user, channel, message, action_id, value)
        assert answer.ok, answer
        return self.last_private(user, channel, after=newest)

    def forge(
        self, user: str, channel: str, action_id: str, value: str, *, message: Message | None = None
    ) -> str:
        """Send a signed click that no button offers, and give what only that person is told."""
        shown = message or self.slack.workspace.post(
            Message(
                ts=self.slack.workspace.new_ts(),
                channel=channel,
                author=self.slack.app.user_id,
                text="a message of last year",
            )
        )
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
        person = self.slack.workspace.people[user]
        payload = payloads.message_action(self.slack.realm, person, shown, action | {"action_ts": shown.ts})
        newest = max(one.ts for one in self.slack.messages(channel))
        assert self.slack.realm.delivery.send("interactive", payload).is_fine
        return self.last_private(user, channel, after=newest)

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

    def event(self, inner: dict[str, object]) -> None:
        """Send an event of the workspace itself."""
        inner = {**inner, "event_ts": self.slack.workspace.new_ts()}
        assert self.slack.realm.delivery.event(payloads.event(self.slack.realm, inner)).is_fine

    def forget_people(self) -> None:
        """Forget who people are, as after half a minute."""
        assert self.bot is not None
        self.bot.access.forget()  # the cache has a clock of its own

    def actor(self, user: str, channel: str) -> Actor:
        """Give a person as the services know them."""
        team = self.slack.workspace.team_id
        return Actor(workspace_id=workspace_id_of(team), team_id=team, user_id=user, channel_id=channel)

    @staticmethod
    def text(message: Message) -> str:
        """Give a message as its reader sees it."""
        return text_of(message)


def _start_of(name: str) -> str:
    """Give the part of a name that is shown as it is; signs are replaced where they could format."""
    return name.partition(" ")[0].strip("<!>")


def _wait(gate: threading.Event) -> None:
    gate.wait(20)


@contextmanager
def office(
    *,
    settings: Mapping[str, str] | None = None,
    organisations: Sequence[str] = ("lively", "empty", "nz"),
    minute_seconds: float = 2.0,
    by_socket: bool = False,
    many_workspaces: bool = False,
) -> Iterator[Office]:
    """Open an office for one scenario; a short minute, so that limits cost seconds and not minutes."""
    one = Office(
        settings=settings,
        organisations=organisations,
        minute_seconds=minute_seconds,
        by_socket=by_socket,
        many_workspaces=many_workspaces,
    )
    one.start()
    try:
        yield one
    finally:
        one.stop()
