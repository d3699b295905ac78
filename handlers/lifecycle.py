"""The app comes and goes: removed from a workspace, its tokens revoked."""

from __future__ import annotations

from slack_bolt import App, BoltContext

from bot.services.desk import Desk


def register(app: App, desk: Desk) -> None:
    """Bind the two events; neither needs a scope."""

    @app.event("app_uninstalled")
    def uninstalled(context: BoltContext) -> None:
        _forget(desk, context)

    @app.event("tokens_revoked")
    def revoked(event: dict[str, dict[str, list[str]]], context: BoltContext) -> None:
        if event.get("tokens", {}).get("bot"):  # a person's own token says nothing about the bot's
            _forget(desk, context)


def _forget(desk: Desk, context: BoltContext) -> None:
    team_id = str(context.team_id or "")
    desk.workspaces.removed(team_id)
    desk.forget_installation(str(context.enterprise_id or ""), team_id)
