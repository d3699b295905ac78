"""Who may decide on a restore, by what Slack says at this moment. Refusals are written down.

Nobody approves what they asked for: not under the same account, not under another one with the same e-mail
address, not as somebody who consented at Xero with the same login.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select

from bot.db.engine import Database
from bot.db.tables import AuditRow
from bot.domain.names import Actor, Person
from bot.domain.restore import Decision, Restore
from bot.errors import LedgerkeepError, NotAllowed
from bot.services.access import Access, stranger
from bot.services.audit import Audit

CONSENTED = frozenset({"organisation.linked", "organisation.permitted"})  # in the audit log
OWN = "You asked for this restore, so another person must approve it."
SAME_AS_REQUESTER = (
    "You count as the person who asked for this restore ({}), so somebody else must approve it."
)
SAME_AS_APPROVER = "You count as a person who approved already ({}), so somebody else must approve it, too."
BY_MAIL, BY_LOGIN = "the same e-mail address", "the same login at Xero"
NOT_NAMED = "You are not among the people who may {}."
NAMED = "the approvers who are named in `/backup settings`"
ADMINS = "workspace admins, because nobody is named in `/backup settings`"


class Deciders:
    """Looks at a person anew each time: rights of yesterday count for nothing."""

    def __init__(self, db: Database, *, access: Access, audit: Audit, allow_self: bool = False) -> None:
        self._db, self._access, self._audit, self._allow_self = db, access, audit, allow_self

    def require_approver(self, actor: Actor, restore: Restore, *, action: str) -> bool:
        """Let pass who may approve this restore now; says whether they approve what they asked for.

        Raises NotAllowed (written down), SlackUnavailable when Slack does not say who somebody is.
        """
        person = self.require_named(actor, restore, "approve a restore", action=action)
        own = self._own(actor, person, restore)
        if own and not self._allow_self:
            raise self.refused(actor, restore, own, action)
        for one in restore.approvals:
            if one.user_id != actor.user_id and (same := self._same(actor, person, one.user_id)):
                raise self.refused(actor, restore, SAME_AS_APPROVER.format(same), action)
        return bool(own)

    def require_named(self, actor: Actor, restore: Restore, doing: str, *, action: str) -> Person:
        """Let pass who is named as approver now, or by default an admin; raises as `require_approver`."""
        person = self._access.person_now(actor)
        if refusal := stranger(person, actor):
            raise self.refused(actor, restore, refusal.format(doing), action)
        if not self._is_named(actor, person):
            raise self.refused(actor, restore, NOT_NAMED.format(doing), action)
        return person

    def is_named(self, actor: Actor) -> bool:
        """Say whether somebody could decide at all; refuses nothing and writes nothing down."""
        person = self._access.person_now(actor)
        return not stranger(person, actor) and self._is_named(actor, person)

    def why_not(self, actor: Actor, restore: Restore) -> str:
        """Say why somebody who looks at a plan cannot approve it; "" when they can. Writes nothing down."""
        person = self._access.person_now(actor)
        if refusal := stranger(person, actor):
            return refusal.format("approve a restore")
        if not self._is_named(actor, person):
            return NOT_NAMED.format("approve a restore")
        own = self._own(actor, person, restore)
        return "" if self._allow_self else own

    def counting(self, restore: Restore, team_id: str) -> list[Decision]:
        """Give the approvals of those who may approve it at this moment; writes nothing down.

        Raises SlackUnavailable, SlackDisconnected when Slack does not say who somebody is.
        """
        found: list[Decision] = []
        for one in restore.approvals:
            actor = Actor(workspace_id=restore.workspace_id, team_id=team_id, user_id=one.user_id)
            if self._counts(actor, restore, found):
                found.append(one)
        return found

    def _counts(self, actor: Actor, restore: Restore, others: Iterable[Decision]) -> bool:
        person = self._access.person_if_any(actor)
        if person is None or stranger(person, actor) or not self._is_named(actor, person):
            return False
        if not self._allow_self and self._own(actor, person, restore):
            return False
        return not any(self._same(actor, person, one.user_id) for one in others)

    def refused(self, actor: Actor, restore: Restore, sentence: str, action: str) -> NotAllowed:
        """Write a refusal down; gives the error to raise."""
        needs = ADMINS if self._access.approvers(actor.workspace_id).is_default else NAMED
        with self._db.session() as session:
            self._audit.note(
                session,
                actor,
                action,
                "refused",
                organisation_id=restore.target_id,
                detail={"restore": restore.id, "why": sentence, "channel": actor.channel_id},
            )
        return NotAllowed(sentence, needs)

    def _is_named(self, actor: Actor, person: Person) -> bool:
        named = self._access.approvers(actor.workspace_id)
        if named.is_default:
            return person.is_admin
        return actor.user_id in named.users or any(
            self._access.in_group_now(actor, group) for group in named.groups
        )

    def _own(self, actor: Actor, person: Person, restore: Restore) -> str:
        """Say why the person counts as the requester; "" when they do not."""
        if actor.user_id == restore.requested_by:
            return OWN
        same = self._same(actor, person, restore.requested_by)
        return SAME_AS_REQUESTER.format(same) if same else ""

    def _same(self, actor: Actor, person: Person, other_id: str) -> str:
        """Say by what somebody else is the same person; "" when nothing says so."""
        other = self._mail(replace(actor, user_id=other_id)) if person.email and other_id else ""
        if other and other == person.email.casefold():
            return BY_MAIL
        shared = self._consents(actor, actor.user_id) & self._consents(actor, other_id)
        return BY_LOGIN if shared else ""

    def _mail(self, actor: Actor) -> str:
        try:
            return self._access.person(actor).email.casefold()
        except LedgerkeepError:  # somebody who left, or Slack is slow: then only accounts are compared
            return ""

    def _consents(self, actor: Actor, user_id: str) -> frozenset[str]:
        """Give the consents at Xero that somebody gave: one consent is one login there."""
        wanted = select(AuditRow.detail).where(
            AuditRow.workspace_id == actor.workspace_id,
            AuditRow.actor == user_id,
            AuditRow.action.in_(CONSENTED),
        )
        with self._db.reading() as session:
            found = (str((one or {}).get("consent") or "") for one in session.scalars(wanted))
            return frozenset(one for one in found if one)
