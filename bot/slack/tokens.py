"""Which bot token speaks in which workspace: one from the settings, or one per OAuth installation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.names import WorkspaceId
from bot.errors import SlackDisconnected
from bot.slack.installations import SealedInstallations


@dataclass(frozen=True, slots=True, kw_only=True)
class BotIdentity:
    """Who we are in one workspace."""

    team_id: str
    enterprise_id: str
    token: str = field(repr=False)
    bot_id: str
    bot_user_id: str


class BotTokens:
    """Bot tokens of all workspaces; `team_of` gives Slack's (team id, enterprise id) of a workspace."""

    def __init__(
        self,
        *,
        single_token: str,
        installations: SealedInstallations,
        team_of: Callable[[str], tuple[str, str]],
    ) -> None:
        self._single, self._installations, self._team_of = single_token, installations, team_of

    def of_workspace(self, workspace_id: WorkspaceId) -> str:
        """Give the token to speak with in a workspace; raises SlackDisconnected."""
        if self._single:
            return self._single
        team_id, enterprise_id = self._team_of(workspace_id)
        return self.installed(team_id, enterprise_id).token

    def installed(self, team_id: str, enterprise_id: str, *, org_wide: bool = False) -> BotIdentity:
        """Find an OAuth installation; raises SlackDisconnected when there is none."""
        bot = self._installations.find_bot(
            enterprise_id=enterprise_id or None, team_id=team_id or None, is_enterprise_install=org_wide
        )
        if bot is None:
            raise SlackDisconnected("This workspace has not installed the app.")
        return BotIdentity(
            team_id=team_id,
            enterprise_id=enterprise_id,
            token=bot.bot_token,
            bot_id=bot.bot_id,
            bot_user_id=bot.bot_user_id,
        )
