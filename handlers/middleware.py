"""Before every listener: know a request that was delivered before, and say who acts where."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App, BoltContext, BoltResponse

from bot.db import received
from bot.domain.names import Actor, WorkspaceId
from bot.errors import NotAllowed
from bot.services.desk import Desk
from bot.services.workspaces import workspace_id_of
from handlers.slack_app import ASK_THERE

OTHERS = (
    "I answer only people of the Slack workspace that uses me, so I show you nothing and start nothing here."
)


def register(app: App, desk: Desk) -> None:
    """Put both in front of every listener."""

    @app.middleware
    def once(body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002
        key = key_of(body)
        if key and not _is_first(desk, key):
            return BoltResponse(status=200, body="")  # taken already: Slack only has to hear that it arrived
        return next()

    @app.middleware
    def who(body: dict[str, Any], context: BoltContext, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002
        actor = actor_of(body, str(context.team_id or ""))
        if _is_stranger(actor, body, context):
            raise NotAllowed(OTHERS, ASK_THERE)
        context["actor"] = actor
        return next()


def _is_first(desk: Desk, key: str) -> bool:
    with desk.db.session() as session:
        return received.first_time(session, key, desk.now())


def _is_stranger(actor: Actor, body: Mapping[str, Any], context: BoltContext) -> bool:
    """Say whether a person of another workspace acts, as in a channel shared through Slack Connect.

    Workspaces of one enterprise are one house: there a person may come under another team's id.
    """
    if not actor.team_id or actor.team_id == str(context.team_id or ""):
        return False
    known = context.authorize_result
    ours = str((known.enterprise_id if known else "") or "")
    theirs = body.get("enterprise") or {}
    named = theirs.get("id") if isinstance(theirs, Mapping) else theirs
    return not ours or ours not in {actor.team_id, str(named or "")}


def key_of(body: Mapping[str, Any]) -> str:
    """Name a request so that its second delivery has the same name; "" when Slack gave nothing to name it by.

    Events carry an event_id that stays the same over retries; everything a person does carries a trigger_id
    that is never used twice (docs.slack.dev/apis/events-api, /interactivity/handling-user-interaction).
    """
    if "event_id" in body:
        return f"event:{body['event_id']}"
    trigger = str(body.get("trigger_id") or "")
    if not trigger:
        return ""
    kind = str(body.get("type") or "command")
    return f"{kind}:{hashlib.sha256(trigger.encode()).hexdigest()}"


def actor_of(body: Mapping[str, Any], team_id: str) -> Actor:
    """Say who acts, from the parts of a payload that Slack signed; never from a button's value."""
    event = body.get("event") or {}
    user = body.get("user") or {}
    person = (
        body.get("user_id") or event.get("user") or (user.get("id") if isinstance(user, Mapping) else user)
    )
    persons_team = (user.get("team_id") if isinstance(user, Mapping) else "") or event.get("user_team")
    return Actor(
        workspace_id=WorkspaceId(workspace_id_of(team_id)),
        team_id=str(persons_team or body.get("team_id") or event.get("team") or team_id),
        user_id=str(person or ""),
        channel_id=_channel_of(body, event),
    )


def _channel_of(body: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    channel = body.get("channel") or {}
    container = body.get("container") or {}
    found = (
        body.get("channel_id")
        or (channel.get("id") if isinstance(channel, Mapping) else channel)
        or container.get("channel_id")
        or event.get("channel")
    )
    return str(found or "")
