"""What a pretend workspace remembers, and how it changes. One lock; it must not speak HTTP.

Every change raises `revision`, so that pages know when to draw again and tests can wait without sleeping.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import count

from bot.sandbox.slack.people import Channel, Json, Message, OpenView, Person, SharedFile

MODALS_AT_MOST = 3


class Workspace:
    """People, channels, messages, open modals and Home pages of one team."""

    def __init__(
        self,
        *,
        team_id: str,
        name: str,
        people: Iterable[Person],
        channels: Iterable[Channel],
        now: Callable[[], datetime],
    ) -> None:
        self.team_id, self.name, self.domain = team_id, name, name.lower().replace(" ", "-")
        self.people = {person.id: person for person in people}
        self.channels = {channel.id: channel for channel in channels}
        self.groups: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.files: dict[str, SharedFile] = {}
        self.homes: dict[str, OpenView] = {}
        self.revision = 0
        self.changed = threading.Condition(threading.RLock())
        self._messages: dict[str, dict[str, Message]] = {}
        self._modals: dict[str, list[OpenView]] = {}
        self._now, self._count, self._last_ts = now, count(1), 0

    def now(self) -> datetime:
        """Give the time by the workspace's own clock: that of messages and of the page."""
        return self._now()

    def follow(self, now: Callable[[], datetime]) -> None:
        """Take the time from another clock; what signs and limits requests keeps its own."""
        self._now = now

    def touch(self) -> None:
        """Say that something changed."""
        with self.changed:
            self.revision += 1
            self.changed.notify_all()

    def wait(self, predicate: Callable[[], bool], seconds: float) -> bool:
        """Wait until the predicate holds; it is asked again after every change."""
        until = time.monotonic() + seconds
        with self.changed:
            while not predicate():
                left = until - time.monotonic()
                if left <= 0:
                    return False
                self.changed.wait(min(left, 0.1))
        return True

    def new_id(self, prefix: str) -> str:
        """Return an id in Slack's manner: a letter and capitals."""
        return f"{prefix}{next(self._count):08X}"

    def new_ts(self) -> str:
        """Return a timestamp id that no other message has."""
        with self.changed:
            micros = max(int(self._now().timestamp() * 1_000_000), self._last_ts + 1)
            self._last_ts = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def direct(self, user: str, bot: str) -> Channel:
        """Return the direct message of one person with the app, opened if need be."""
        with self.changed:
            for channel in self.channels.values():
                if channel.is_im and user in channel.members:
                    return channel
            opened = Channel(
                id="D" + user[1:], name=self.people[user].handle, members=frozenset({user, bot}), is_im=True
            )
            self.channels[opened.id] = opened
        self.touch()
        return opened

    def join(self, channel: str, user: str) -> None:
        """Let somebody join a channel."""
        with self.changed:
            old = self.channels[channel]
            self.channels[channel] = replace(old, members=old.members | {user})
        self.touch()

    def leave(self, channel: str, user: str) -> None:
        """Take somebody out of a channel."""
        with self.changed:
            old = self.channels[channel]
            self.channels[channel] = replace(old, members=old.members - {user})
        self.touch()

    def archive(self, channel: str) -> None:
        """Archive a channel."""
        with self.changed:
            self.channels[channel] = replace(self.channels[channel], is_archived=True)
        self.touch()

    def change_person(self, person: Person) -> None:
        """Replace what is known of somebody."""
        with self.changed:
            self.people[person.id] = person
        self.touch()

    def post(self, message: Message) -> Message:
        """Add a message, or put a new version in the place of the old one."""
        with self.changed:
            self._messages.setdefault(message.channel, {})[message.ts] = message
        self.touch()
        return message

    def remove(self, message: Message) -> None:
        """Take a message away."""
        with self.changed:
            self._messages.get(message.channel, {}).pop(message.ts, None)
        self.touch()

    def message(self, channel: str, ts: str) -> Message | None:
        """Return one message."""
        with self.changed:
            return self._messages.get(channel, {}).get(ts)

    def messages(self, channel: str, viewer: str | None = None) -> list[Message]:
        """Return the messages of a channel, oldest first; for a viewer, without what others alone see."""
        with self.changed:
            found = sorted(self._messages.get(channel, {}).values(), key=lambda message: message.ts)
        return [m for m in found if viewer is None or m.only_for in (None, viewer)]

    def modals(self, user: str) -> list[OpenView]:
        """Return somebody's open modals, the topmost last."""
        with self.changed:
            return list(self._modals.get(user, ()))

    def find_modal(self, view_id: str, external_id: str = "") -> OpenView | None:
        """Return an open modal by its id, or by the app's own id."""
        with self.changed:
            for stack in self._modals.values():
                for modal in stack:
                    if modal.id == view_id or (external_id and modal.view.get("external_id") == external_id):
                        return modal
        return None

    def set_modals(self, user: str, stack: Iterable[OpenView]) -> None:
        """Replace somebody's stack of modals."""
        with self.changed:
            self._modals[user] = list(stack)
        self.touch()

    def swap_modal(self, modal: OpenView) -> OpenView:
        """Put a new version of a modal in the place of the old one."""
        self.set_modals(modal.user, [modal if m.id == modal.id else m for m in self.modals(modal.user)])
        return modal

    def new_view(self, user: str, view: Json, *, above: OpenView | None = None) -> OpenView:
        """Make a view value for somebody; it is not shown yet."""
        view_id = self.new_id("V")
        return OpenView(
            id=view_id,
            user=user,
            view=view,
            hash=self.new_hash(),
            root_id=above.root_id if above else view_id,
            previous_id=above.id if above else None,
        )

    def new_hash(self) -> str:
        """Return the mark by which a view's version is known."""
        return f"{self.new_ts()}.{next(self._count):x}"
