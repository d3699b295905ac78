"""Link a Xero organisation to a workspace, and unlink it. Reads no books beyond its facts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.catalogue import beside_scopes, books_scopes, restore_scopes
from bot.db.engine import Database
from bot.db.tables import OrganisationRow, Ticket
from bot.domain.names import Actor, WorkspaceId
from bot.domain.organisation import LinkState, Organisation, OrganisationFacts
from bot.domain.settings import Extra
from bot.errors import (
    Disconnected,
    LinkProblem,
    LinkRefused,
    ReadRefused,
    Transient,
)
from bot.queue import Queue
from bot.services.access import Access
from bot.services.audit import Audit
from bot.services.beside import Beside
from bot.services.consents import Consents
from bot.services.handover import Renewal, renewed
from bot.services.organisations import as_organisation, facts_as_json
from bot.services.posts import Posts
from bot.services.restoring.beside import BesideBooks
from bot.services.restoring.permitting import Permitting
from bot.services.settings import SettingsStore
from bot.services.tickets import WRITING, Tickets
from bot.services.timing.schedules import Schedules
from bot.services.workspaces import organisation_id_of
from bot.services.xero import XeroAccess
from bot.xero.identity import XeroConnection
from bot.xero.oauth import TokenSet, authorize_url

ORGANISATION_TYPES = frozenset({"ORGANISATION", "ORGANIZATION"})
DENIED = "The permission was not given in Xero, so nothing was linked."
NOTHING_NEW = "Xero gave permission, but no organisation was chosen, so nothing was linked."
SCOPES = "Xero did not accept the permissions that this app asks for, so nothing was linked."
DOWN = "Xero did not answer, so nothing was linked yet. Please try again in a few minutes."
ENDED = "Xero gave permission and took it back before anything could be read, so nothing was linked."
HELD_BACK = "Xero did not give all the permissions that a backup needs, so nothing was linked."
# OAuth's words in the answer of the consent page (RFC 6749 4.1.2.1; apideck and Xero community reports).
_WORDS = {
    "access_denied": (LinkProblem.DENIED, DENIED),
    "invalid_scope": (LinkProblem.SCOPES, SCOPES),
    "unauthorized_client": (LinkProblem.SCOPES, SCOPES),
    "temporarily_unavailable": (LinkProblem.UNAVAILABLE, DOWN),
    "server_error": (LinkProblem.UNAVAILABLE, DOWN),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What a consent brought: the organisation, its home, and whether it had been linked before."""

    organisation: Organisation
    reconnected: bool
    channel_id: str
    writing: bool = False  # a restore may write to it now, once it is approved
    renewal: Renewal | None = None  # it was linked all the time


class Connections:
    """Consents at Xero, from the link in Slack to the linked organisation."""

    def __init__(
        self,
        db: Database,
        *,
        access: Access,
        audit: Audit,
        consents: Consents,
        xero: XeroAccess,
        posts: Posts,
        schedules: Schedules,
        queue: Queue,
        public_url: str,
        extra_scopes: Sequence[str] = (),
        permitting: Permitting,
        beside_books: BesideBooks,
        settings: SettingsStore,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self._access, self._audit, self._consents = db, access, audit, consents
        self._xero, self._queue, self._now = xero, queue, now
        self._schedules, self._posts = schedules, posts
        self._public_url = public_url.rstrip("/")
        self._extra_scopes, self._beside = tuple(extra_scopes), Beside(db, settings)
        self._tickets, self._permitting = Tickets(db, now=now), permitting
        self._beside_books = beside_books

    def offer(self, actor: Actor, *, organisation_id: str | None = None, writing: bool = False) -> str:
        """Give a private, single-use link to Xero's consent page; raises NotAllowed.

        With `writing` it asks to let restores write to that one organisation.
        """
        doing = "let me write to an organisation" if writing else "link a Xero organisation"
        action = "permission.offered" if writing else "connect.offered"
        self._access.require_keeper(actor, doing, action=action, organisation_id=organisation_id)
        ticket = self._tickets.issue(actor, organisation_id=organisation_id, writing=writing)
        with self._db.session() as session:
            self._audit.note(session, actor, action, "done", organisation_id=organisation_id)
        return f"{self._public_url}/xero/connect?{urlencode({'ticket': ticket})}"

    def open(self, ticket: str, *, browser_secret: str | None) -> str:
        """Give Xero's consent page for a link; raises LinkRefused."""
        opened = self._tickets.open(ticket, browser_secret=browser_secret)
        reading = self._beside.scopes(opened.workspace_id, opened.organisation_id, opened.channel_id)
        writing: tuple[str, ...] = ()
        if opened.writing:
            writing = (*restore_scopes(), *self._beside_books.scopes(opened.organisation_id))
        scopes = (*reading, *self._extra_scopes, *writing)
        return authorize_url(self._xero.app, state=opened.state, scopes=tuple(dict.fromkeys(scopes)))

    def asked_beside(self, actor: Actor, *, organisation_id: str | None = None) -> dict[Extra, list[str]]:
        """Name what a link asks for beside the books, each with the organisations that switched it on."""
        return self._beside.named(actor.workspace_id, organisation_id or "", actor.channel_id)

    def finish(self, *, state: str, code: str, error: str, browser_secret: str | None) -> Linked:
        """Turn the answer of Xero's consent page into a linked organisation.

        Raises LinkRefused for everything that a person can mend.
        """
        ticket = self._tickets.redeem(state, browser_secret=browser_secret)
        if error or not code:
            problem, sentence = _WORDS.get(error, (LinkProblem.DENIED, DENIED))
            raise LinkRefused(problem, sentence)
        try:
            tokens = self._xero.oauth.exchange(code)
            self._require_scopes(tokens)
            if ticket.purpose == WRITING:
                return self._permit(ticket, tokens)
            connection = self._chosen(tokens, WorkspaceId(ticket.workspace_id or ""))
            facts = self._xero.facts(tokens.access_token, connection.tenant_id)
        except Transient as down:
            raise LinkRefused(LinkProblem.UNAVAILABLE, DOWN) from down
        except Disconnected as gone:
            # Xero gave tokens and a moment later refuses them: somebody ended it there meanwhile.
            raise LinkRefused(LinkProblem.NO_ORGANISATION, ENDED) from gone
        except ReadRefused as refused:
            raise LinkRefused(LinkProblem.SCOPES, HELD_BACK) from refused
        try:
            linked = self._link(ticket, tokens, connection, facts)
        except IntegrityError:  # two people linked the same organisation at the same moment
            linked = self._link(ticket, tokens, connection, facts)
        if linked.renewal is None:
            self._settle(linked.organisation.id)
            self._ask_for_scan(linked)
        return linked

    def _require_scopes(self, tokens: TokenSet) -> None:
        """Take a consent only with everything the books need; an answer that names no scope is believed.

        Files, assets, projects and what only some countries have are gaps without their permission.
        """
        lacking = [one for one in books_scopes() if one not in tokens.scopes]
        if tokens.scopes and lacking:
            raise LinkRefused(LinkProblem.SCOPES, HELD_BACK)

    def _permit(self, ticket: Ticket, tokens: TokenSet) -> Linked:
        organisation = self._permitting.permit(_actor(ticket), ticket.organisation_id or "", tokens)
        return Linked(
            organisation=organisation, reconnected=True, channel_id=organisation.home_channel, writing=True
        )

    def _settle(self, organisation_id: str) -> None:
        with suppress(Transient):  # it is linked all the same; the clock finds it within a minute
            self._schedules.settle_organisation(organisation_id)

    def _chosen(self, tokens: TokenSet, workspace_id: WorkspaceId) -> XeroConnection:
        """Find which organisation this consent added: by its event, else the newest one not linked.

        One that came by another event was not chosen now; at most it is linked here and is renewed.
        """
        granted = self._xero.connections(tokens.access_token, tokens.auth_event_id)
        if not granted and tokens.auth_event_id:
            here = self._linked_tenants(workspace_id, LinkState.ACTIVE, LinkState.DISCONNECTED)
            every = self._xero.connections(tokens.access_token, "")
            granted = tuple(one for one in every if not one.auth_event_id or one.tenant_id in here)
        usable = [one for one in granted if one.tenant_type.upper() in ORGANISATION_TYPES]
        if not usable:
            raise LinkRefused(LinkProblem.NO_ORGANISATION, NOTHING_NEW)
        known = self._linked_tenants(workspace_id, LinkState.ACTIVE)
        oldest = datetime.min.replace(tzinfo=UTC)
        return max(usable, key=lambda one: (one.tenant_id not in known, one.updated_at or oldest))

    def _linked_tenants(self, workspace_id: WorkspaceId, *states: LinkState) -> set[str]:
        wanted = select(OrganisationRow.tenant_id).where(
            OrganisationRow.workspace_id == workspace_id, OrganisationRow.state.in_(states)
        )
        with self._db.reading() as session:
            return set(session.scalars(wanted))

    def _link(
        self, ticket: Ticket, tokens: TokenSet, connection: XeroConnection, facts: OrganisationFacts
    ) -> Linked:
        actor = _actor(ticket)
        with self._db.session() as session:
            self._refuse_second_keeper(session, actor.workspace_id, connection.tenant_id)
            consent_id = self._consents.keep(session, tokens)
            row, before = self._row_for(session, actor, connection)
            row.consent_id, row.connection_id = consent_id, connection.id
            row.name, row.facts = facts.name or connection.name, facts_as_json(facts)
            # Scopes add up per Xero user: one organisation they let us write to says nothing of the others.
            never_asked = frozenset({*restore_scopes(), *beside_scopes()}) - set(row.scopes or ())
            known, row.scopes = row.scopes or (), sorted(tokens.scopes - never_asked)
            row.state, row.state_since, row.told_disconnected_at = LinkState.ACTIVE, self._now(), None
            session.flush()
            self._audit.note(
                session, actor, "organisation.linked", "done", organisation_id=row.id,
                detail={"consent": consent_id}, origin="browser",
            )  # fmt: skip
            organisation = as_organisation(row)
        was_linked = before is LinkState.ACTIVE
        return Linked(
            organisation=organisation,
            reconnected=before is not None,
            channel_id=organisation.home_channel,
            renewal=renewed(self._posts, organisation, actor, known) if was_linked else None,
        )

    def _row_for(
        self, session: Session, actor: Actor, connection: XeroConnection
    ) -> tuple[OrganisationRow, LinkState | None]:
        """Give the organisation's row, and how it stood before: None when it was never linked here."""
        row = session.scalar(
            select(OrganisationRow).where(
                OrganisationRow.workspace_id == actor.workspace_id,
                OrganisationRow.tenant_id == connection.tenant_id,
            )
        )
        if row is None:
            row = self._new_row(actor, connection)
            session.add(row)
            return row, None
        before = LinkState(row.state)
        if before is LinkState.UNLINKED:
            row.home_channel = actor.channel_id
            row.linked_by, row.linked_at = actor.user_id, self._now()
        return row, before

    def _new_row(self, actor: Actor, connection: XeroConnection) -> OrganisationRow:
        return OrganisationRow(
            id=organisation_id_of(actor.workspace_id, connection.tenant_id),
            workspace_id=actor.workspace_id,
            tenant_id=connection.tenant_id,
            home_channel=actor.channel_id,
            linked_by=actor.user_id,
            linked_at=self._now(),
            state_since=self._now(),
        )

    def _refuse_second_keeper(self, session: Session, workspace_id: str, tenant_id: str) -> None:
        """Two workspaces would share one connection: the first to disconnect would cut off the other."""
        elsewhere = session.scalar(
            select(OrganisationRow.id).where(
                OrganisationRow.tenant_id == tenant_id,
                OrganisationRow.workspace_id != workspace_id,
                OrganisationRow.state != LinkState.UNLINKED,
            )
        )
        if elsewhere:
            raise LinkRefused(
                LinkProblem.OTHER_WORKSPACE,
                "This organisation is already kept by another Slack workspace of this installation.",
            )

    def _ask_for_scan(self, linked: Linked) -> None:
        organisation = linked.organisation
        key = f"scan:{organisation.id}:{uuid.uuid4().hex}"
        self._queue.enqueue(
            "scan",
            organisation=f"scan:{organisation.id}",  # beside a backup: people wait for this message
            key=key,
            args={"organisation": organisation.id, "key": key, "reconnected": linked.reconnected},
        )


def _actor(ticket: Ticket) -> Actor:
    """Give who asked for a link, and where."""
    return Actor(
        workspace_id=WorkspaceId(ticket.workspace_id or ""),
        team_id="",
        user_id=ticket.user_id or "",
        channel_id=ticket.channel_id or "",
    )
