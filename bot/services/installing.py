"""A workspace installed the app: know it from now on, and greet the installer, nobody else."""

from __future__ import annotations

from bot.services.posts import Address, Posts
from bot.services.workspaces import Workspaces


class Installing:
    """What follows an installation."""

    def __init__(self, workspaces: Workspaces, posts: Posts, *, greeting: dict[str, object]) -> None:
        self._workspaces, self._posts, self._greeting = workspaces, posts, greeting

    def welcome(self, *, team_id: str, enterprise_id: str, name: str, installer: str, moment: str) -> None:
        """Store the workspace and send its installer one direct message; `moment` names the installation."""
        workspace_id = self._workspaces.ensure(team_id, enterprise_id=enterprise_id, name=name)
        to = Address(workspace_id=workspace_id, channel_id=installer)
        self._posts.send(f"welcome:{workspace_id}:{moment}", to, self._greeting)
