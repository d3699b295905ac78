"""Write down who was turned away before any listener answered. Answers nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.db import received
from bot.domain.names import Actor
from bot.errors import LedgerkeepError
from bot.log import get_logger
from bot.services.desk import Desk
from handlers.middleware import actor_of, key_of

log = get_logger(__name__)
STRANGER, HOME = "stranger", "home.opened"  # in the audit log
_HOME_OPENED = "app_home_opened"


def stranger(desk: Desk, body: Mapping[str, Any], team_id: str, why: str) -> None:
    """Write down that somebody of another workspace clicked, typed, mentioned or opened something."""
    actor, event = actor_of(body, team_id), body.get("event") or {}
    if not actor.user_id:
        return
    what = str(event.get("type") or body.get("type") or "command")
    key = _today(desk, actor) if what == _HOME_OPENED else key_of(body)
    _write(desk, actor, STRANGER, key, {"why": why, "what": what, "team": actor.team_id})


def outsider_at_home(desk: Desk, actor: Actor) -> None:
    """Write down that somebody who can have no right here opened Home: once a day, it is only a page."""
    try:
        is_outsider = desk.access.is_outsider(actor)
    except LedgerkeepError:  # Slack does not say; the page told them so
        return
    if is_outsider:
        _write(desk, actor, HOME, _today(desk, actor), {"why": "no person of this workspace"})


def _today(desk: Desk, actor: Actor) -> str:
    return f"home:{actor.workspace_id}:{actor.user_id}:{desk.now():%Y%m%d}"


def _write(desk: Desk, actor: Actor, action: str, key: str, detail: Mapping[str, str]) -> None:
    try:
        with desk.db.session() as session:
            if key and not received.first_time(session, f"refused:{key}", desk.now()):
                return  # the same request again
            where = {"channel": actor.channel_id} if actor.channel_id else {}
            desk.audit.note(session, actor, action, "refused", detail={**detail, **where})
    except LedgerkeepError as error:  # the refusal stands, and its answer goes out
        log.warning("refusal_not_written", error=type(error).__name__)
