"""What people say and open, sent to the bot as events: mentions, direct messages, Home, uninstalling."""

from __future__ import annotations

from bot.sandbox.slack import payloads
from bot.sandbox.slack.acting import Acting, Answer, answered
from bot.sandbox.slack.methods.views import view_json
from bot.sandbox.slack.people import Json, Message
from bot.sandbox.slack.wire import Reply


class Talking(Acting):
    """What people say."""

    def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Answer:
        """Write a message; the app hears of it when it is mentioned in a channel it is in, or in its DM."""
        self.person(user)
        where = self.place(user, channel)
        app = self.realm.app
        message = self.workspace.post(
            Message(
                ts=self.workspace.new_ts(),
                channel=channel,
                author=user,
                text=payloads.escaped(self.workspace, text),
                thread_ts=thread_ts,
            )
        )
        if where.is_im:
            return self._heard("message", message, "im:history")
        if f"<@{app.user_id}>" not in message.text:
            return Answer(ok=True, message=message)
        if app.user_id not in where.members:
            self.notice(user, channel, f"<@{app.user_id}> is not in this channel and did not see that.")
            return Answer(ok=False, error="not_in_channel", message=message)
        return self._heard("app_mention", message, "app_mentions:read")

    def mention(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Answer:
        """Write a message that mentions the app."""
        handle = self.workspace.people[self.realm.app.user_id].handle
        return self.say(user, channel, text if f"@{handle}" in text else f"@{handle} {text}", thread_ts)

    def direct(self, user: str, text: str, thread_ts: str | None = None) -> Answer:
        """Write to the app in private."""
        channel = self.workspace.direct(user, self.realm.app.user_id)
        return self.say(user, channel.id, text, thread_ts)

    def open_home(self, user: str, tab: str = "home") -> Answer:
        """Open the app's Home (or its Messages tab)."""
        self.person(user)
        channel = self.workspace.direct(user, self.realm.app.user_id)
        inner: Json = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab}
        inner["event_ts"] = self.workspace.new_ts()
        home = self.workspace.homes.get(user)
        if home is not None:
            inner["view"] = view_json(self.realm, home)
        return answered(self._event(inner))

    def revoke_tokens(self) -> Answer:
        """Revoke the app's token; it is told afterwards."""
        self.realm.app.revoke_all()
        tokens = {"oauth": [], "bot": [self.realm.app.user_id]}
        inner: Json = {"type": "tokens_revoked", "tokens": tokens, "event_ts": self.workspace.new_ts()}
        return answered(self._event(inner))

    def uninstall(self) -> Answer:
        """Remove the app: both events are sent, after the token stopped working."""
        self.revoke_tokens()
        return answered(self._event({"type": "app_uninstalled", "event_ts": self.workspace.new_ts()}))

    def invite_app(self, channel: str) -> None:
        """Let the app join a channel."""
        self.workspace.join(channel, self.realm.app.user_id)

    def _heard(self, kind: str, message: Message, scope: str) -> Answer:
        scopes = {scope for grant in self.realm.app.grants.values() for scope in grant.scopes}
        if scope not in scopes:
            return Answer(ok=False, error="missing_scope", message=message)
        reply = self.realm.delivery.event(payloads.message_event(self.realm, kind, message))
        return answered(reply, message=message)

    def _event(self, inner: Json) -> Reply:
        return self.realm.delivery.event(payloads.event(self.realm, inner))
