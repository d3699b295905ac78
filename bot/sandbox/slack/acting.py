"""What people do in the workspace, sent to the bot as Slack sends it: commands, clicks, words.

A person here does only what the page of Slack would let them: an impossible act is a LookupError (a mistake
of the test), a possible act that Slack refuses is an Answer that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox.slack import payloads
from bot.sandbox.slack.demo import SLACKBOT
from bot.sandbox.slack.entries import entered, find
from bot.sandbox.slack.people import Channel, Json, Message, OpenView, Person
from bot.sandbox.slack.realm import Realm
from bot.sandbox.slack.responses import Post, place
from bot.sandbox.slack.wire import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of an act: `error` is Slack's word, `message` what the acknowledgement posted."""

    ok: bool
    error: str | None = None
    status: int = 0
    body: object = None
    message: Message | None = None
    view: OpenView | None = None
    field_errors: Mapping[str, str] = field(default_factory=dict)


def answered(reply: Reply, *, message: Message | None = None, view: OpenView | None = None) -> Answer:
    """Return the answer to an act that was sent."""
    return Answer(
        ok=reply.is_fine, error=reply.error, status=reply.status, body=reply.body, message=message, view=view
    )


class Acting:
    """The hands of the people; PretendSlack is built on this."""

    def __init__(self, realm: Realm) -> None:
        self.realm = realm
        self.workspace = realm.workspace

    def person(self, user: str) -> Person:
        """Return somebody who can act.

        Raises:
            LookupError: nobody of that id, or a deactivated person or a bot.
        """
        person = self.workspace.people.get(user)
        if person is None or person.is_gone or person.is_bot:
            raise LookupError(f"{user} cannot act here")
        return person

    def place(self, user: str, channel: str) -> Channel:
        """Return a channel in which somebody can act.

        Raises:
            LookupError: no such channel, or the person is not in it.
        """
        found = self.workspace.channels.get(channel)
        if found is None or user not in found.members:
            raise LookupError(f"{user} is not in {channel}")
        return found

    def notice(self, user: str, channel: str, text: str) -> Message:
        """Show somebody a sentence of the workspace itself, as Slackbot does."""
        return self.workspace.post(
            Message(
                ts=self.workspace.new_ts(),
                channel=channel,
                author=SLACKBOT,
                text=text,
                only_for=user,
                is_notice=True,
            )
        )

    def command(self, user: str, channel: str, text: str, command: str = "/backup") -> Answer:
        """Type a slash command; the acknowledgement's body becomes a message that only this person sees."""
        person, where = self.person(user), self.place(user, channel)
        is_known = command in self.realm.app.commands and self.realm.app.is_installed
        if not is_known or person.team_id != self.workspace.team_id:
            message = self.notice(user, channel, f"{command} is not a valid command here.")
            return Answer(ok=False, error="unknown_command", message=message)
        reply = self.realm.delivery.send(
            "slash_commands", payloads.command(self.realm, person, where, name=command, text=text)
        )
        if not reply.is_fine:
            self.notice(user, channel, f"{command} failed with the error “{reply.error}”.")
            return answered(reply)
        return self._acknowledged(reply, Post(channel=channel, user=user), f"{command} failed")

    def _acknowledged(self, reply: Reply, post: Post, failed: str) -> Answer:
        if not reply.body:
            return answered(reply)
        message, problems = place(self.realm, post, reply.body)
        if problems:
            self.notice(post.user, post.channel, f"{failed}: the app answered with blocks that are refused.")
            return Answer(ok=False, error="invalid_blocks", status=reply.status, body=problems)
        return answered(reply, message=message)

    def click(
        self, user: str, channel: str, message: Message | str, action_id: str, value: object = None
    ) -> Answer:
        """Click a button or choose in a menu of a message; `value` is the button's or the option's value."""
        person = self.person(user)
        self.place(user, channel)
        ts = message if isinstance(message, str) else message.ts
        shown = self.workspace.message(channel, ts)
        if shown is None or shown.only_for not in (None, user):
            raise LookupError(f"{user} sees no message {ts} in {channel}")
        action = self._action(shown.blocks, action_id, value)
        return self._send_action(payloads.message_action(self.realm, person, shown, action))

    def click_home(self, user: str, action_id: str, value: object = None) -> Answer:
        """Click in the Home page."""
        home = self.workspace.homes.get(user)
        if home is None:
            raise LookupError(f"{user} has no Home page yet")
        action = self._action(home.view["blocks"], action_id, value)
        return self._send_action(payloads.view_action(self.realm, self.person(user), home, action))

    def click_in_modal(self, user: str, action_id: str, value: object = None) -> Answer:
        """Click in the topmost modal."""
        opened = self.open_modal(user)
        if opened is None:
            raise LookupError(f"{user} has no modal open")
        action = self._action(opened.view["blocks"], action_id, value)
        return self._send_action(payloads.view_action(self.realm, self.person(user), opened, action))

    def open_modal(self, user: str) -> OpenView | None:
        """Return the topmost modal of a person."""
        stack = self.workspace.modals(user)
        return stack[-1] if stack else None

    def _action(self, blocks: object, action_id: str, value: object) -> Json:
        block, element = find(blocks, action_id, value)  # type: ignore[arg-type]
        ids = {"action_id": action_id, "block_id": block["block_id"], "action_ts": self.workspace.new_ts()}
        return entered(element, value) | {"type": element["type"]} | ids

    def _send_action(self, payload: Json) -> Answer:
        return answered(self.realm.delivery.send("interactive", payload))

    def duplicate(self, number: int = -1) -> Answer:
        """Deliver again, unchanged, a command, click or event that was sent before (by default the last)."""
        return answered(self.realm.delivery.duplicate(number))
