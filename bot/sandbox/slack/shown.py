"""What one person sees, as values for the templates: channels, messages with replies, modal, Home."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.sandbox.slack.acting import Acting
from bot.sandbox.slack.mrkdwn import Names
from bot.sandbox.slack.people import Channel, Message, Person

MESSAGES_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One message and its replies."""

    message: Message
    author: Person
    at: datetime
    follows: bool
    replies: tuple[Row, ...] = ()

    @property
    def key(self) -> str:
        """The message's name in the page."""
        return "m" + self.message.ts.replace(".", "-")

    @property
    def initials(self) -> str:
        """Two letters for the picture."""
        words = self.author.name.split()
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the channel list; `latest` lets the page mark what is new."""

    channel: Channel
    latest: str


def names(slack: Acting) -> Names:
    """Return what ids are called, for texts."""
    workspace = slack.workspace
    people = {person.id: person.name for person in workspace.people.values()}
    channels = {channel.id: channel.name for channel in workspace.channels.values()}
    return Names(people, channels, workspace.now())


def people(slack: Acting) -> list[Person]:
    """Return those one can act as."""
    return [p for p in slack.workspace.people.values() if not p.is_bot and not p.is_gone]


def entries(slack: Acting, person: Person) -> list[Entry]:
    """Return the channels of a person, without direct messages and archives."""
    found = []
    for channel in slack.workspace.channels.values():
        if person.id in channel.members and not channel.is_im and not channel.is_archived:
            seen = slack.workspace.messages(channel.id, person.id)
            found.append(Entry(channel, seen[-1].ts if seen else ""))
    return found


def direct_entry(slack: Acting, person: Person) -> Entry:
    """Return the app's direct message with a person."""
    channel = slack.workspace.direct(person.id, slack.realm.app.user_id)
    seen = slack.workspace.messages(channel.id, person.id)
    return Entry(channel, seen[-1].ts if seen else "")


def _follows(message: Message, before: Message | None) -> bool:
    """Whether a message may stand below another without naming its author again: short words only."""
    if before is None or before.author != message.author or before.only_for or message.only_for:
        return False
    return not (before.blocks or message.blocks) and float(message.ts) - float(before.ts) < 300


def _row(slack: Acting, message: Message, before: Message | None, replies: tuple[Row, ...]) -> Row:
    return Row(
        message=message,
        author=slack.workspace.people[message.author],
        at=datetime.fromtimestamp(float(message.ts), UTC).astimezone(),
        follows=_follows(message, before),
        replies=replies,
    )


def rows(slack: Acting, channel: str, viewer: str) -> list[Row]:
    """Return the newest messages of a channel, oldest first, each with its thread."""
    messages = slack.workspace.messages(channel, viewer)
    roots = {m.ts for m in messages if m.thread_ts in (None, m.ts)}
    threads: dict[str, list[Message]] = {}
    top = []
    for message in messages:
        if message.thread_ts and message.thread_ts != message.ts and message.thread_ts in roots:
            threads.setdefault(message.thread_ts, []).append(message)
        else:
            top.append(message)
    found: list[Row] = []
    before: Message | None = None
    for message in top[-MESSAGES_SHOWN:]:
        replies = tuple(_row(slack, reply, None, ()) for reply in threads.get(message.ts, ()))
        found.append(_row(slack, message, before, replies))
        before = None if replies else message
    return found


def version(value: object) -> str:
    """Return a short mark that changes when the value does."""
    return hashlib.blake2b(json.dumps(value, default=str).encode(), digest_size=6).hexdigest()
