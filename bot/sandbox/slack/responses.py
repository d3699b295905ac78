"""Messages that arrive without a token: bodies of acknowledgements and posts to response addresses.

docs.slack.dev/interactivity/handling-user-interaction#message_responses. Ephemeral unless `in_channel`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Response, request

from bot.sandbox.slack.entries import completed
from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.methods.chat import check_content
from bot.sandbox.slack.people import Json, Message
from bot.sandbox.slack.realm import ApiCall, Realm
from bot.sandbox.slack.refusal import SlackRefusalError

RESPONSE = "response_url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Where such a message goes, for whom, and which message was acted on."""

    channel: str
    user: str
    ts: str | None = None


def _content(body: object) -> Json:
    return dict(body) if isinstance(body, dict) else {"text": str(body)}


def place(realm: Realm, post: Post, body: object) -> tuple[Message | None, list[str]]:
    """Do what such a body asks for; return the message, or the problems for which it was refused."""
    content = _content(body)
    workspace = realm.workspace
    old = workspace.message(post.channel, post.ts) if post.ts else None
    if content.get("delete_original"):
        if old:
            workspace.remove(old)
        return None, []
    try:
        check_content(content)
    except SlackRefusalError as refusal:
        return None, list(refusal.more.get("errors", [refusal.code]))
    text = str(content.get("text", ""))
    blocks = completed(content.get("blocks") or (), workspace.new_id)
    if content.get("replace_original") and old:
        return workspace.post(replace(old, text=text, blocks=blocks, is_edited=old.only_for is None)), []
    is_public = content.get("response_type") == "in_channel"
    message = Message(
        ts=workspace.new_ts(),
        channel=post.channel,
        author=realm.app.user_id,
        text=text,
        blocks=blocks,
        thread_ts=content.get("thread_ts"),
        only_for=None if is_public else post.user,
    )
    return workspace.post(message), []


def _respond(realm: Realm, key: str) -> Response:
    body = request.get_json(silent=True) if request.is_json else None
    content = _content(body if isinstance(body, dict) else request.get_data(as_text=True))
    fault = realm.faults.take(RESPONSE)
    if fault is not None:
        return _spoilt(realm, fault)
    try:
        found = realm.tickets.answer(key)
    except SlackRefusalError as refusal:
        realm.calls.append(ApiCall(method=RESPONSE, args=content, ok=False, error=refusal.code))
        return Response(refusal.code, refusal.status, content_type="text/plain")
    _message, problems = place(realm, Post(channel=found.channel, user=found.user, ts=found.ts), content)
    error = "invalid_blocks" if problems else None
    realm.calls.append(ApiCall(method=RESPONSE, args=content, ok=not problems, error=error))
    realm.workspace.touch()
    return Response(error or "ok", 400 if problems else 200, content_type="text/plain")


def _spoilt(realm: Realm, fault: Fault) -> Response:
    realm.stopping.wait(fault.seconds)
    status = {"ratelimited": 429, "error": 404}.get(fault.kind, fault.status)
    return Response(fault.error, status, {"Retry-After": str(fault.retry_after)}, content_type="text/plain")


def responses(realm: Realm) -> Blueprint:
    """Build the route of response addresses."""
    routes = Blueprint("responses", __name__)

    @routes.post("/response/<key>")
    def respond(key: str) -> Response:
        return _respond(realm, key)

    return routes
