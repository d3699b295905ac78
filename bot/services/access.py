"""Who may see and do what. Decides over facts that Slack gave; draws nothing, and writes refusals only.

In a channel an organisation is shown where it is at home: Slack lets only members act in a channel, so the
channel a request comes from proves the membership. In a direct message and on Home, which belong to no
channel, admins and keepers see all of the workspace's; others what Slack says they are a member of. Whoever
Slack says nothing about is treated as no member: rights are never guessed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bot.domain.access import ApproverList, UserGroup
from bot.domain.names import Actor, Person, WorkspaceId
from bot.domain.organisation import Organisation
from bot.errors import NotAllowed, NotHere, NothingLinked, PostRefused, SlackDisconnected, SlackUnavailable
from bot.services.audit import Audit
from bot.services.organisations import Organisations, pick
from bot.services.settings import SettingsStore
from bot.slack.client import Slack

PERSON_KEPT_SECONDS = 30  # long enough for one conversation, short enough for a demotion to count
MEMBERS_KEPT_SECONDS = 60
_AT_ONCE = 8  # channels asked about side by side: an answer is due within three seconds
UNSURE = "Slack did not say who you are, so I cannot check your rights. Please try again."
ADMIN, KEEPER = "a workspace admin", "a workspace admin, or a keeper they named"
INSIDER = "somebody of this workspace who is no guest"
SHOWN = "organisation.shown"  # in the audit log
_NOBODY = frozenset({"user_not_found", "user_not_visible"})  # Slack's words (users.info)
_ADMINS = "Only workspace admins may {}."
_KEEPERS = "Only workspace admins and the keepers they named may {}."


class Access:
    """Answers questions about rights; asks Slack about a person at most every 30 seconds."""

    def __init__(
        self,
        slack: Slack,
        *,
        settings: SettingsStore,
        organisations: Organisations,
        audit: Audit,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slack, self._settings, self._organisations = slack, settings, organisations
        self._audit, self._monotonic = audit, monotonic
        self._people: dict[tuple[str, str], tuple[float, Person]] = {}
        self._members: dict[tuple[str, str], tuple[float, frozenset[str]]] = {}

    def forget(self) -> None:
        """Forget what Slack said, so that the next question asks again."""
        self._people.clear()
        self._members.clear()

    def seen_by(self, actor: Actor) -> list[Organisation]:
        """List the linked organisations that the actor may see where they speak.

        Raises NothingLinked when the workspace has none, NotHere when none may be shown here (written down);
        SlackUnavailable when outside a channel Slack does not say who the actor is.
        """
        visible = self.glance(actor)
        if not visible:
            raise self.not_here(actor)
        return visible

    def glance(self, actor: Actor) -> list[Organisation]:
        """List the same where nobody asked for one, as on Home: to see none is no refusal there."""
        linked = self._organisations.linked(actor.workspace_id)
        if not linked:
            raise NothingLinked
        return self._visible(actor, linked)

    def find(self, actor: Actor, asked: str) -> Organisation:
        """Give the organisation a person means; without a name, the only one they may see here.

        Raises NothingLinked, NotHere, UnknownOrganisation (with near names), AmbiguousOrganisation. Names of
        organisations that may not be shown here are never offered.
        """
        return pick(asked, self.seen_by(actor))

    def may_see(self, actor: Actor, organisation: Organisation) -> bool:
        """Say whether this organisation, linked or not, may be shown to the actor where they speak."""
        return bool(self._visible(actor, [organisation]))

    def require_seen(self, actor: Actor, organisation: Organisation, *, action: str = SHOWN) -> None:
        """Let pass who may see this organisation, linked or not, where they speak; raises NotHere."""
        if not self.may_see(actor, organisation):
            own = organisation.workspace_id == actor.workspace_id
            raise self.not_here(actor, action, organisation.id if own else None)

    def not_here(self, actor: Actor, action: str = SHOWN, organisation_id: str | None = None) -> NotHere:
        """Write down that something was asked for where it may not be shown; gives the error to raise."""
        self._audit.refusal(actor, action, "asked outside its home", organisation_id)
        return NotHere()

    def person(self, actor: Actor) -> Person:
        """Say who the actor is, by Slack's own word; raises SlackUnavailable, PostRefused."""
        key = (actor.workspace_id, actor.user_id)
        kept = self._people.get(key)
        if kept and self._monotonic() - kept[0] < PERSON_KEPT_SECONDS:
            return kept[1]
        person = self._slack.person(actor.workspace_id, actor.user_id)
        self._people[key] = (self._monotonic(), person)
        return person

    def person_now(self, actor: Actor) -> Person:
        """Say who the actor is at this moment, for what cannot be undone; raises SlackUnavailable."""
        self._people.pop((actor.workspace_id, actor.user_id), None)
        return self._known(actor)

    def person_if_any(self, actor: Actor) -> Person | None:
        """Say the same; None when Slack knows nobody of that id. Raises SlackUnavailable."""
        try:
            return self.person_now(actor)
        except SlackUnavailable as error:
            if isinstance(error.__cause__, PostRefused) and error.__cause__.code in _NOBODY:
                return None
            raise

    def in_group_now(self, actor: Actor, group_id: str) -> bool:
        """Say whether the actor is in a user group now; False where Slack does not show its people.

        Raises SlackUnavailable, SlackDisconnected.
        """
        try:
            return actor.user_id in self._slack.group_people(actor.workspace_id, group_id)
        except PostRefused:  # no scope, or no such group any more: nobody is in it
            return False

    def is_admin(self, actor: Actor) -> bool:
        """Say whether the actor is a workspace admin; raises SlackUnavailable when Slack does not say."""
        person = self._known(actor)
        return not stranger(person, actor) and person.is_admin

    def is_outsider(self, actor: Actor) -> bool:
        """Say whether the actor is no person of this workspace, nor its guest; raises SlackUnavailable."""
        person = self._known(actor)
        return person.is_deactivated or person.is_bot or _is_elsewhere(person, actor)

    def is_keeper(self, actor: Actor) -> bool:
        """Say whether the actor is a workspace admin or named as keeper; raises SlackUnavailable."""
        person = self._known(actor)
        return not stranger(person, actor) and self._keeps(actor, person)

    def require_keeper(
        self, actor: Actor, doing: str, *, action: str = "access", organisation_id: str | None = None
    ) -> None:
        """Let admins and keepers pass; `doing` completes "Only … may …", `action` names it in the audit log.

        Raises NotAllowed; SlackUnavailable when Slack cannot say who the person is (then nobody passes).
        """
        person = self._known(actor)
        refusal = stranger(person, actor)
        named = self._settings.workspace(actor.workspace_id).keepers
        if not refusal and not self._keeps(actor, person):
            refusal = _KEEPERS if named else _ADMINS
        self._refuse(actor, refusal.format(doing), KEEPER if named else ADMIN, action, organisation_id)

    def require_admin(
        self, actor: Actor, doing: str, *, action: str = "access", organisation_id: str | None = None
    ) -> None:
        """Let workspace admins pass; raises as `require_keeper` does."""
        person = self._known(actor)
        refusal = stranger(person, actor) or ("" if person.is_admin else _ADMINS)
        self._refuse(actor, refusal.format(doing), ADMIN, action, organisation_id)

    def require_insider(
        self, actor: Actor, doing: str, *, action: str, organisation_id: str | None = None
    ) -> None:
        """Let people of this workspace who are no guests pass; raises as `require_keeper` does.

        Names, amounts and bank details are for them: a home channel may hold guests and invited strangers.
        """
        refusal = stranger(self._known(actor), actor)
        self._refuse(actor, refusal.format(doing), INSIDER, action, organisation_id)

    def approvers(self, workspace_id: str) -> ApproverList:
        """Give who is named to approve restores."""
        named = self._settings.workspace(workspace_id).approvers
        return ApproverList(
            users=named.users,
            groups=named.groups,
            needed=named.needed,
            is_default=not (named.users or named.groups),
        )

    def fit_for_a_right(self, actor: Actor, user_ids: Collection[str]) -> frozenset[str]:
        """Keep of these the active people of the actor's workspace who are no guests and no bots."""
        asked = list(user_ids)
        with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="people") as pool:
            found = pool.map(lambda one: self._is_fit(replace(actor, user_id=one)), asked)
            return frozenset(one for one, is_fit in zip(asked, found, strict=True) if is_fit)

    def name_of(self, actor: Actor, user_id: str) -> str:
        """Give the name of somebody of the actor's workspace, untrusted; "" when Slack does not say."""
        try:
            return self.person(replace(actor, user_id=user_id)).name if user_id else ""
        except (PostRefused, SlackUnavailable, SlackDisconnected):
            return ""

    def user_groups(self, workspace_id: WorkspaceId) -> tuple[UserGroup, ...] | None:
        """List the workspace's user groups; None when Slack does not say (no scope, down)."""
        try:
            return self._slack.user_groups(workspace_id)
        except (PostRefused, SlackUnavailable, SlackDisconnected):
            return None

    def _refuse(
        self, actor: Actor, sentence: str, needs: str, action: str, organisation_id: str | None
    ) -> None:
        if sentence:
            self._audit.refusal(actor, action, sentence, organisation_id)
            raise NotAllowed(sentence, needs)

    def _visible(self, actor: Actor, organisations: list[Organisation]) -> list[Organisation]:
        ours = [one for one in organisations if one.workspace_id == actor.workspace_id]
        if actor.channel_id and not actor.in_direct_message:
            return [one for one in ours if one.home_channel == actor.channel_id]
        person = self._known(actor)
        if self.is_outsider(actor):
            return []
        if not person.is_guest and self._keeps(actor, person):
            return ours
        homes = self._homes_of(actor, {one.home_channel for one in ours})
        return [one for one in ours if one.home_channel in homes]

    def _is_fit(self, actor: Actor) -> bool:
        try:
            return not stranger(self.person(actor), actor)
        except PostRefused:  # nobody of that id
            return False

    def _keeps(self, actor: Actor, person: Person) -> bool:
        return person.is_admin or actor.user_id in self._settings.workspace(actor.workspace_id).keepers

    def _homes_of(self, actor: Actor, channels: Collection[str]) -> set[str]:
        """Keep the channels in which Slack says the actor is."""
        asked = list(channels)
        with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="members") as pool:
            found = pool.map(lambda one: self._members_of(actor.workspace_id, one), asked)
            return {one for one, members in zip(asked, found, strict=True) if actor.user_id in members}

    def _members_of(self, workspace_id: WorkspaceId, channel_id: str) -> frozenset[str]:
        """Give who is in a channel; nobody when Slack does not say (no scope, not in it, down)."""
        key = (workspace_id, channel_id)
        kept = self._members.get(key)
        if kept and self._monotonic() - kept[0] < MEMBERS_KEPT_SECONDS:
            return kept[1]
        try:
            members = self._slack.members(workspace_id, channel_id)
        except PostRefused:  # missing_scope, not_in_channel, channel_not_found: it stays so for a while
            members = frozenset()
        except (SlackUnavailable, SlackDisconnected):
            return frozenset()
        self._members[key] = (self._monotonic(), members)
        return members

    def _known(self, actor: Actor) -> Person:
        try:
            return self.person(actor)
        except (SlackUnavailable, PostRefused) as error:
            raise SlackUnavailable(UNSURE) from error


def stranger(person: Person, actor: Actor) -> str:
    """Say why somebody can have no right here at all, completed by what they wanted; "" when they can."""
    if person.is_deactivated or person.is_bot:
        return "Only people of this workspace may {}."
    if person.is_guest:
        return "Guests of this workspace may not {}."
    return "People of other workspaces may not {}." if _is_elsewhere(person, actor) else ""


def _is_elsewhere(person: Person, actor: Actor) -> bool:
    return bool(person.team_id and actor.team_id and person.team_id != actor.team_id)
