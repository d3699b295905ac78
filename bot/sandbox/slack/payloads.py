"""The payloads that Slack sends: slash commands, interactions, events. Built, not sent.

Shapes: docs.slack.dev/interactivity and docs.slack.dev/apis/events-api.
"""

from __future__ import annotations

import re
import secrets

from bot.sandbox.slack.entries import state_of
from bot.sandbox.slack.methods.chat import message_json
from bot.sandbox.slack.methods.views import view_json
from bot.sandbox.slack.people import Channel, Json, Message, OpenView, Person
from bot.sandbox.slack.realm import Realm
from bot.sandbox.slack.workspace import Workspace

_MENTION, _CHANNEL = re.compile(r"(?<![\w<])@([a-z0-9._-]+)"), re.compile(r"(?<![\w<&])#([a-z0-9_-]+)")


def escaped(workspace: Workspace, text: str) -> str:
    """Return text as Slack sends it: `&`, `<`, `>` as entities, known people and channels as references."""
    handles = {person.handle: person.id for person in workspace.people.values()}
    names = {channel.name: channel.id for channel in workspace.channels.values() if not channel.is_im}
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _MENTION.sub(lambda m: f"<@{handles[m[1]]}>" if m[1] in handles else m[0], text)
    return _CHANNEL.sub(lambda m: f"<#{names[m[1]]}|{m[1]}>" if m[1] in names else m[0], text)


def _channel_name(channel: Channel) -> str:
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def command(realm: Realm, person: Person, channel: Channel, *, name: str, text: str) -> Json:
    """Return the fields of a slash command, escaped as `should_escape` asks."""
    key = realm.tickets.answering(channel.id, person.id)
    return {
        "token": realm.app.verification_token,
        "team_id": realm.workspace.team_id,
        "team_domain": realm.workspace.domain,
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": person.id,
        "user_name": person.handle,
        "command": name,
        "text": escaped(realm.workspace, text),
        "api_app_id": realm.app.id,
        "is_enterprise_install": "false",
        "response_url": f"{realm.base_url}/response/{key}",
        "trigger_id": realm.tickets.trigger(person.id),
    }


def _interaction(realm: Realm, person: Person, kind: str, view_id: str | None = None) -> Json:
    domain = realm.workspace.domain if person.team_id == realm.workspace.team_id else person.team_id.lower()
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.handle,
            "name": person.handle,
            "team_id": person.team_id,
        },
        "api_app_id": realm.app.id,
        "token": realm.app.verification_token,
        "team": {"id": person.team_id, "domain": domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": realm.tickets.trigger(person.id, view_id),
    }


def message_action(realm: Realm, person: Person, message: Message, action: Json) -> Json:
    """Return block_actions for a message; an ephemeral message itself is not sent along."""
    channel = realm.workspace.channels[message.channel]
    key = realm.tickets.answering(channel.id, person.id, message.ts)
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = _interaction(realm, person, "block_actions") | {
        "container": container,
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        "state": state_of(message.blocks, {}),
        "response_url": f"{realm.base_url}/response/{key}",
        "actions": [action],
    }
    if message.only_for is None:
        payload["message"] = message_json(realm, message)
    return payload


def view_action(realm: Realm, person: Person, opened: OpenView, action: Json) -> Json:
    """Return block_actions for a modal or the Home page."""
    return _interaction(realm, person, "block_actions", opened.id) | {
        "container": {"type": "view", "view_id": opened.id},
        "view": view_json(realm, opened),
        "actions": [action],
    }


def view_submission(realm: Realm, person: Person, opened: OpenView) -> Json:
    """Return what is sent when a modal is submitted."""
    view = view_json(realm, opened)
    return _interaction(realm, person, "view_submission", opened.id) | {"view": view, "response_urls": []}


def view_closed(realm: Realm, person: Person, opened: OpenView, *, is_cleared: bool) -> Json:
    """Return what is sent when a modal that asked for it is closed."""
    view = view_json(realm, opened)
    payload = _interaction(realm, person, "view_closed") | {"view": view, "is_cleared": is_cleared}
    payload.pop("trigger_id")
    return payload


def event(realm: Realm, inner: Json, *, is_shared: bool = False) -> Json:
    """Return the envelope of an event."""
    workspace, app = realm.workspace, realm.app
    authorization = {
        "enterprise_id": None,
        "team_id": workspace.team_id,
        "user_id": app.user_id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": app.verification_token,
        "team_id": workspace.team_id,
        "api_app_id": app.id,
        "event": inner,
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(5).upper(),
        "event_time": int(realm.now().timestamp()),
        "authorizations": [authorization],
        "is_ext_shared_channel": is_shared,
        "context_team_id": workspace.team_id,
    }


def message_event(realm: Realm, kind: str, message: Message) -> Json:
    """Return `app_mention` or `message` for something that a person or the app said."""
    channel = realm.workspace.channels[message.channel]
    inner = message_json(realm, message) | {"type": kind, "channel": channel.id, "event_ts": message.ts}
    if kind == "message":
        inner["channel_type"] = "im" if channel.is_im else "group" if channel.is_private else "channel"
    person = realm.workspace.people[message.author]
    if person.team_id != realm.workspace.team_id:
        inner |= {"user_team": person.team_id, "source_team": person.team_id}
    return event(realm, inner, is_shared=channel.is_shared)
