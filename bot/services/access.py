"""Who may see and do what. Decides over facts that Slack gave; draws and writes nothing.

An organisation is shown where it is at home: in its home channel, to whoever is a member there. Slack lets
only members act in a channel, so the channel a request comes from proves the membership.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from bot.domain.names import Actor, Person
from bot.domain.organisation import Organisation
from bot.errors import NotAllowed, PostRefused, SlackUnavailable
from bot.slack.client import Slack

PERSON_KEPT_SECONDS = 30  # long enough for one conversation, short enough for a demotion to count


class Access:
    """Answers questions about rights; asks Slack about a person at most every 30 seconds."""

    def __init__(self, slack: Slack, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._slack, self._monotonic = slack, monotonic
        self._people: dict[tuple[str, str], tuple[float, Person]] = {}

    @staticmethod
    def visible(actor: Actor, organisations: Iterable[Organisation]) -> list[Organisation]:
        """Keep the organisations whose home is the channel the actor speaks in."""
        return [
            one
            for one in organisations
            if one.workspace_id == actor.workspace_id and one.home_channel == actor.channel_id
        ]

    def person(self, actor: Actor) -> Person:
        """Say who the actor is, by Slack's own word."""
        key = (actor.workspace_id, actor.user_id)
        kept = self._people.get(key)
        if kept and self._monotonic() - kept[0] < PERSON_KEPT_SECONDS:
            return kept[1]
        person = self._slack.person(actor.workspace_id, actor.user_id)
        self._people[key] = (self._monotonic(), person)
        return person

    def require_keeper(self, actor: Actor, doing: str) -> None:
        """Let workspace admins pass; `doing` completes "Only … may …".

        Raises NotAllowed; SlackUnavailable when Slack cannot say who the person is (then nobody passes).
        """
        try:
            person = self.person(actor)
        except (SlackUnavailable, PostRefused) as error:
            raise SlackUnavailable(
                "Slack did not say who you are, so I cannot check your rights. Please try again."
            ) from error
        if person.is_deactivated or person.is_bot:
            raise NotAllowed(f"Only people of this workspace may {doing}.", "a workspace admin")
        if person.is_guest:
            raise NotAllowed(f"Guests of this workspace may not {doing}.", "a workspace admin")
        if person.team_id and actor.team_id and person.team_id != actor.team_id:
            raise NotAllowed(f"People of other workspaces may not {doing}.", "a workspace admin")
        if not person.is_admin:
            raise NotAllowed(f"Only workspace admins may {doing}.", "a workspace admin")
