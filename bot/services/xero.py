"""Reach Xero for one linked organisation: its tokens, its pace, its facts. Reads no books itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select

from bot.catalogue.model import Area
from bot.db.allowance import Allowances
from bot.db.engine import Database
from bot.db.tables import OrganisationRow
from bot.domain.organisation import LinkState, OrganisationFacts
from bot.domain.tier import day_of
from bot.errors import (
    ConsentRevoked,
    DayLimitReached,
    Disconnected,
    OrganisationGone,
    ReadRefused,
    Transient,
    UnknownOrganisation,
    WriteNotAllowed,
)
from bot.log import get_logger
from bot.restore.apply import endpoints as endpoints_of
from bot.services.consents import Consents
from bot.services.restoring.permission import writable_target
from bot.services.retries import tell_retries
from bot.xero import identity
from bot.xero.allowance import MemoryAllowance
from bot.xero.app import XeroApp
from bot.xero.client import XeroClient
from bot.xero.facts import organisation_facts
from bot.xero.identity import XeroConnection
from bot.xero.limits import Allowance, Pace
from bot.xero.oauth import OAuth
from bot.xero.split import split
from bot.xero.writing import XeroWriter

log = get_logger(__name__)
ASK_AGAIN_SECONDS = 0.5
TIGHT = 10  # calls left in the minute


class XeroAccess:
    """Clients for linked organisations, paced together with every other process of this installation."""

    def __init__(
        self,
        db: Database,
        *,
        app: XeroApp,
        oauth: OAuth,
        consents: Consents,
        allowances: Allowances,
        now: Callable[[], datetime],
    ) -> None:
        self._db, self.app, self.oauth = db, app, oauth
        self._consents, self._allowances, self._now = consents, allowances, now
        tell_retries()

    def client(self, organisation_id: str, *, stop: threading.Event | None = None) -> XeroClient:
        """Open a client for one organisation and run; raises ConsentRevoked, OrganisationGone."""
        row = self._row(organisation_id)
        if row.consent_id is None or row.state != LinkState.ACTIVE:
            raise OrganisationGone("This organisation is not connected to Xero at the moment.")
        return XeroClient(
            self.app,
            row.tenant_id,
            token=self._consents.tokens(row.consent_id),
            pace=self._pace(row.tenant_id, stop),
            now=self._now,
        )

    def writer(
        self,
        restore_id: str,
        *,
        stop: threading.Event | None = None,
        endpoints: frozenset[str] | None = None,
    ) -> XeroWriter:
        """Open the writer of a running restore, for its target and nothing else; raises WriteNotAllowed.

        Whose target that is stands in the restore's row, which is looked at again before every write.
        `endpoints` are all that the kinds of a restore write to, unless told.
        """
        with self._db.reading() as session:
            row = writable_target(session, restore_id)
            consent_id, tenant_id = row.consent_id or "", row.tenant_id
        return XeroWriter(
            self.app,
            tenant_id,
            token=self._consents.tokens(consent_id),
            pace=self._pace(tenant_id, stop),
            now=self._now,
            endpoints=_all_endpoints() if endpoints is None else endpoints,
            still_allowed=lambda: self._may_still_write(restore_id, tenant_id),
        )

    def _may_still_write(self, restore_id: str, tenant_id: str) -> bool:
        try:
            with self._db.reading() as session:
                return writable_target(session, restore_id).tenant_id == tenant_id
        except WriteNotAllowed as refused:
            log.info("write_not_allowed", restore=restore_id, reason=str(refused))
            return False

    def _pace(self, tenant_id: str, stop: threading.Event | None) -> Pace:
        told_at = float("-inf")

        def note(seen: Allowance) -> None:
            # Our own log knows every call of ours; the answers only matter where others call too, so once a
            # second is enough, and at once when it gets tight.
            nonlocal told_at
            tight = bool(seen.problem) or (seen.minute_left is not None and seen.minute_left < TIGHT)
            if not tight and time.monotonic() - told_at < 1.0:
                return
            told_at = time.monotonic()
            self._allowances.observe(
                tenant_id,
                day_left=seen.day_left,
                minute_left=seen.minute_left,
                blocked_seconds=seen.blocked_seconds,
                day_spent=seen.day_spent,
            )

        return Pace(lambda: self._claim(tenant_id), note, now=self._now, stop=stop)

    def _claim(self, tenant_id: str) -> float:
        """Book a call; while the database is busy the answer is to ask again soon. Raises DayLimitReached."""
        try:
            return self._allowances.claim(tenant_id)
        except DayLimitReached:
            raise
        except Transient as error:
            log.info("call_not_booked", error=type(error).__name__)
            return ASK_AGAIN_SECONDS

    def facts(self, access_token: str, tenant_id: str) -> OrganisationFacts:
        """Read what Xero says about an organisation that is just being linked (two calls)."""
        allowance = MemoryAllowance(self.app, self._now, reserve=0)  # a person waits for these few calls
        pace = Pace(allowance.claim, allowance.observe, now=self._now)
        with XeroClient(
            self.app, tenant_id, token=lambda _: access_token, pace=pace, now=self._now
        ) as client:
            return read_facts(client)

    def connections(self, access_token: str, auth_event_id: str) -> tuple[XeroConnection, ...]:
        """List the organisations a consent reaches."""
        return identity.connections(self.app, access_token, auth_event_id)

    def disconnect(self, organisation_id: str) -> None:
        """End the connection at Xero; one that is gone already is fine. Raises Transient."""
        row = self._row(organisation_id)
        if row.consent_id is None or not row.connection_id:
            return
        try:
            token = self._consents.access_token(row.consent_id)
            identity.disconnect(self.app, token, row.connection_id)
        except Disconnected:
            return  # Xero no longer accepts us for it: there is nothing left to end

    def lost(self, organisation_id: str, *, begun_at: datetime | None = None) -> None:
        """Mark an organisation that Xero no longer lets us read, and all others of a consent that is gone.

        What began at `begun_at` may speak of an earlier connection: one that somebody made since then stands
        unless Xero itself does not know it.
        When a person takes a consent back, Xero answers 403 for its organisations while the access token
        lives; only a refresh tells that from one organisation disconnected.
        """
        known = self._row(organisation_id)
        if begun_at is not None and known.state_since > begun_at and self._is_reached(known):
            log.info("lost_connection_was_an_earlier_one", organisation=organisation_id)
            return
        with self._db.session() as session:
            row = session.get_one(OrganisationRow, organisation_id)
            if row.state == LinkState.ACTIVE:
                row.state, row.state_since = LinkState.DISCONNECTED, self._now()
            consent_id = row.consent_id
        with suppress(ConsentRevoked, Transient):
            if consent_id is not None:
                self._consents.keep_alive(consent_id)

    def _is_reached(self, row: OrganisationRow) -> bool:
        """Ask Xero whether the consent of an organisation reaches it; while it does not say, yes."""
        if row.consent_id is None or row.state != LinkState.ACTIVE:
            return False
        try:
            reached = self.connections(self._consents.access_token(row.consent_id), "")
        except Disconnected:
            return False
        except Transient:
            return True
        return any(one.tenant_id == row.tenant_id for one in reached)

    def untold(self) -> list[tuple[str, datetime]]:
        """List the organisations that were lost, and since when, of which no message has been stored yet."""
        wanted = select(OrganisationRow.id, OrganisationRow.state_since).where(
            OrganisationRow.state == LinkState.DISCONNECTED, OrganisationRow.told_disconnected_at.is_(None)
        )
        with self._db.reading() as session:
            return [(row.id, row.state_since) for row in session.execute(wanted)]

    def told(self, organisation_id: str) -> None:
        """Note that the message about a lost organisation is stored."""
        with self._db.session() as session:
            session.get_one(OrganisationRow, organisation_id).told_disconnected_at = self._now()

    def tenant_of(self, organisation_id: str) -> str:
        """Give Xero's own id of an organisation."""
        return self._row(organisation_id).tenant_id

    def calls_left(self, organisation_id: str) -> int | None:
        """Say how many calls Xero still allows today; None when it has not said so today."""
        return self._allowances.left(self._row(organisation_id).tenant_id).day_left

    def calls_a_day(self, organisation_id: str) -> int:
        """Say how many calls a day Xero allows: as configured, or what its answers show."""
        left = self._allowances.left(self._row(organisation_id).tenant_id)
        return day_of(self.app.calls_per_day, used=left.used_today, left=left.day_left)

    def scopes(self, organisation_id: str) -> frozenset[str]:
        """Say what the consent of an organisation allows."""
        return frozenset(self._row(organisation_id).scopes or ())

    def _row(self, organisation_id: str) -> OrganisationRow:
        with self._db.reading() as session:
            row = session.get(OrganisationRow, organisation_id)
            if row is None:
                raise UnknownOrganisation(organisation_id)
            session.expunge(row)
            return row


def _all_endpoints() -> frozenset[str]:
    # Only a restore needs to know every kind of write; the bot starts faster without.
    from bot.restore.planner import KINDS

    return endpoints_of(KINDS)


def read_facts(client: XeroClient) -> OrganisationFacts:
    """Read the Organisation resource and the currencies in use."""
    answer = client.get(Area.ACCOUNTING, "Organisation", {})
    organisation = split(answer.body, "Organisations").records[0]
    try:
        currencies = client.get(Area.ACCOUNTING, "Currencies", {}).body
    except ReadRefused:
        currencies = b""  # the facts stand without the list of other currencies
    found = split(currencies, "Currencies").records if currencies else []
    return organisation_facts(organisation, currencies=found)
