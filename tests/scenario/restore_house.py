"""An office with a copy and somewhere to restore it to; its work on restores is noted, not done.

What plans and writes is tested elsewhere: here people ask and decide, over Slack's wire.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from bot.catalogue import backup_scopes, restore_scopes
from bot.db.tables import AuditRow, OrganisationRow
from bot.domain.organisation import Organisation
from bot.domain.restore import Restore, RestoreState
from bot.domain.restore_plan import PlanSummary
from bot.domain.settings import Approvers, WorkspaceSettings
from bot.sandbox.slack import Answer, Message
from bot.sandbox.slack.people import OpenView
from bot.services.desk import Desk
from bot.services.restoring.restores import OPEN, Restores
from bot.views import ids
from bot.views.plain import as_text
from tests.scenario.office import ANA, FINANCE, PRIYA, Office, office
from tests.unit.views.restore_cases import plan

EMPTY, ODD, KERERU = "Empty Shell Restore Ltd", "!channel", "Kererū Coffee Roasters"
WHY = "A bulk import went wrong on Friday"


@dataclass
class House:
    """The office, the organisation that is copied, and the one to restore into."""

    office: Office
    source: Organisation
    target: Organisation
    foreign: Organisation
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        bot = self.office.bot
        assert bot is not None
        return bot.worker.desk(bot.connections, bot.access)

    @property
    def restores(self) -> Restores:
        bot = self.office.bot
        assert bot is not None
        return Restores(bot.parts.db, bot.parts.ring, bot.parts.now)

    def note_work(self) -> None:
        """Write down what is asked of the engine for restores, instead of doing it."""
        bot = self.office.bot
        assert bot is not None
        really = bot.worker.reach.queue.enqueue

        def enqueue(kind: str, *, organisation: str, key: str, args: Mapping[str, Any], **more: Any) -> None:
            if kind.startswith("restore"):
                self.asked.append((kind, organisation, key))
            else:
                really(kind, organisation=organisation, key=key, args=args, **more)

        bot.worker.reach.queue.enqueue = enqueue  # type: ignore[method-assign]

    def permit(self, *, may_write: bool = True) -> None:
        """Let us write to the target, as a consent does, or take that back."""
        scopes = [*backup_scopes(), *(restore_scopes() if may_write else ())]
        assert self.office.bot is not None
        with self.office.bot.parts.db.session() as session:
            session.get_one(OrganisationRow, self.target.id).scopes = sorted(scopes)

    def name_approvers(self, *users: str, needed: int = 1) -> None:
        named = WorkspaceSettings(approvers=Approvers(users=users, needed=needed))
        self.desk.settings.change_workspace(self.office.actor(ANA, FINANCE), named)

    def clear(self) -> None:
        """End what is open, so that the tests need no order."""
        for one in self.restores.in_states(set(RestoreState)):
            if one.state.is_open or one.state.is_at_work:
                self.restores.transition(one.id, {one.state}, RestoreState.WITHDRAWN)
        for user in ("U0ANA", "U0BEN", "U0PRIYA", "U0GIL"):
            self.office.slack.workspace.set_modals(user, [])
        self.office.slack.faults.clear()
        self.office.slack.workspace.groups.clear()
        self.office.forget_people()
        self.asked.clear()
        self.name_approvers(PRIYA)
        self.permit()

    def form(self, *, user: str = ANA, channel: str = FINANCE, asked: str = "") -> OpenView:
        """Type /backup restore and give the form as it is once it is filled."""
        self.office.slack.workspace.set_modals(user, [])
        answer = self.office.slack.command(user, channel, f"restore {asked}".strip())
        assert answer.ok, answer
        return self.drawn(user)

    def drawn(self, user: str) -> OpenView:
        """Give the modal a person sees, once it is drawn."""
        modals = self.office.slack.workspace.modals
        found = self.office.slack.wait_until(
            lambda: bool(modals(user)) and "one moment" not in as_text(modals(user)[-1].view), 10
        )
        assert found, modals(user)
        return modals(user)[-1]

    def send(self, form: OpenView, *, user: str = ANA, **more: str) -> Answer:
        """Fill the form in and send it; the newest snapshot stands in it already."""
        values: dict[str, dict[str, object]] = {
            ids.RESTORE_SOURCE: {ids.RESTORE_SOURCE: self.source.id},
            f"{ids.RESTORE_TARGET}.{self.source.id}": {
                ids.RESTORE_TARGET: more.get("target", self.target.id)
            },
            ids.RESTORE_REASON: {ids.RESTORE_REASON: more.get("reason", WHY)},
        }
        return self.office.slack.submit(user, form.id, values)

    def only(self) -> Restore:
        """Give the one restore that is open."""
        (found,) = self.restores.in_states(OPEN)
        return found

    def waiting(self, made: PlanSummary | None = None, *, user: str = ANA) -> tuple[Restore, Message]:
        """Ask for a restore and make its plan; gives it and its message."""
        assert self.send(self.form(user=user, asked="channel"), user=user).ok
        restore, summary = self.only(), made or plan()
        assert self.restores.transition(
            restore.id,
            {RestoreState.PLANNING},
            RestoreState.WAITING,
            plan=summary,
            fingerprint=summary.fingerprint,
        )
        self.desk.restoring.telling.tell(restore.id)
        self.asked.clear()
        # The message of the planning before it may be on its way still.
        assert self.office.slack.wait_until(lambda: "Planning: " not in self.shown(restore.id), 20)
        return self.restores.get(restore.id), self.message(restore.id)

    def message(self, restore_id: str) -> Message:
        """Give the message of a restore as it stands."""
        self.office.slack.wait_until(lambda: self.restores.get(restore_id).message is not None, 10)
        place = self.restores.get(restore_id).message
        assert place is not None
        found = self.office.slack.workspace.message(place.channel_id, place.ts)
        assert found is not None
        return found

    def shown(self, restore_id: str) -> str:
        return self.office.text(self.message(restore_id))

    def review(self, message: Message, *, user: str = PRIYA, channel: str = FINANCE) -> OpenView:
        """Press Review plan and give the modal once it is drawn."""
        self.office.slack.workspace.set_modals(user, [])
        answer = self.office.slack.click(user, channel, message, ids.REVIEW_PLAN)
        assert answer.ok, answer
        return self.drawn(user)

    def approve(
        self, modal: OpenView, *, user: str = PRIYA, typed: str = EMPTY, known: bool = False
    ) -> Answer:
        """Type the name below a plan and send it."""
        values: dict[str, dict[str, object]] = {ids.TYPED_NAME_BLOCK: {ids.TYPED_NAME_ACTION: typed}}
        if known:
            values[ids.LIMITS_BLOCK] = {ids.LIMITS_ACTION: ["known"]}
        return self.office.slack.submit(user, modal.id, values)

    def seen_by(self, user: str) -> str:
        """Give the text of the modal a person sees."""
        return as_text(self.drawn(user).view)

    def audited(self, action: str) -> list[tuple[str, str]]:
        assert self.office.bot is not None
        with self.office.bot.parts.db.reading() as session:
            rows = session.scalars(select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.seq))
            return [(row.actor, row.outcome) for row in rows]


@contextmanager
def house(**settings: str) -> Iterator[House]:
    """Open an office with a copy of one organisation, an empty one beside it, and one of another region."""
    with office(organisations=("odd", "empty", "nz"), settings=settings or None) as one:
        one.slack.rate_limits = False
        one.only_by_hand()
        source, target, foreign = (one.link(key) for key in ("odd", "empty", "nz"))
        one.back_up(source.id)
        made = House(one, source, target, foreign)
        made.note_work()
        yield made
