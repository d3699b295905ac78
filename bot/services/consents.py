"""Keep the tokens of each consent at Xero: one row per Xero user, refreshed by one at a time.

Xero rotates both tokens at every refresh and kills the chain when two copies are refreshed in parallel; the
previous refresh token works for 30 more minutes, so an answer lost on the way is asked for again with it
(developer.xero.com, answers of Xero staff on community.xero.com 105714701 and 125347287).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.crypto import KeyRing
from bot.db import secrets
from bot.db.engine import Database
from bot.db.locks import exclusive
from bot.db.tables import Consent, OrganisationRow
from bot.domain.organisation import LinkState
from bot.errors import ConsentRevoked
from bot.xero.oauth import OAuth, TokenSet

EARLY = timedelta(seconds=90)  # refresh this long before the end, so that no call starts with a dying token
ACTIVE, REVOKED = "active", "revoked"
_ACCESS, _REFRESH = "consents.access_sealed", "consents.refresh_sealed"


class Consents:
    """Access tokens on demand; the only place that opens or seals them."""

    def __init__(
        self, db: Database, ring: KeyRing, oauth: OAuth, *, client_id: str, now: Callable[[], datetime]
    ) -> None:
        self._db, self._ring, self._oauth, self._client_id, self._now = db, ring, oauth, client_id, now

    def keep(self, session: Session, tokens: TokenSet) -> str:
        """Store a fresh token set and give the consent's id; a Xero user known before keeps their row."""
        row = None
        if tokens.xero_user_id:
            row = session.scalar(
                select(Consent).where(
                    Consent.client_id == self._client_id, Consent.xero_user_id == tokens.xero_user_id
                )
            )
        if row is None:
            row = Consent(
                id=uuid.uuid4().hex,
                client_id=self._client_id,
                xero_user_id=tokens.xero_user_id or None,
                created_at=self._now(),
            )
            session.add(row)
        self._write(row, tokens)
        session.flush()
        return row.id

    def access_token(self, consent_id: str, *, rejected: str = "") -> str:
        """Give a token good for at least a minute, and another one than `rejected`, which Xero refused.

        Which token was refused decides, never the time: clocks jump, and several threads or processes meet
        the same refusal. Raises ConsentRevoked (after marking the consent), Transient when Xero cannot be
        asked now.
        """
        with exclusive(self._db, f"consent:{consent_id}"):
            row = self._load(consent_id)
            token = self._access(row)
            if token != rejected and _left(row.expires_at, self._now()) > EARLY:
                return token
            return self._refresh(row)

    def tokens(self, consent_id: str) -> Callable[[bool], str]:
        """Give what hands one client its tokens: asked with True, another one than it handed out last."""
        last = ""

        def token(rejected: bool) -> str:
            nonlocal last
            last = self.access_token(consent_id, rejected=last if rejected else "")
            return last

        return token

    def refresh_token(self, consent_id: str) -> str:
        """Give the refresh token, for revoking it at Xero."""
        return self._refresh_token(self._load(consent_id))

    def idle_since(self, before: datetime) -> list[str]:
        """List active consents nobody refreshed since `before`: unused for 60 days, Xero lets them die."""
        with self._db.reading() as session:
            found = select(Consent.id).where(Consent.state == ACTIVE, Consent.refreshed_at < before)
            return list(session.scalars(found))

    def keep_alive(self, consent_id: str) -> None:
        """Refresh a consent whether it needs it or not."""
        with exclusive(self._db, f"consent:{consent_id}"):
            self._refresh(self._load(consent_id))

    def _load(self, consent_id: str) -> Consent:
        with self._db.reading() as session:
            row = session.get(Consent, consent_id)
            if row is None or row.state == REVOKED:
                raise ConsentRevoked("The permission given in Xero is no longer there.")
            session.expunge(row)
            return row

    def _refresh(self, row: Consent) -> str:
        try:
            tokens = self._oauth.refresh(self._refresh_token(row))
        except ConsentRevoked:
            self._mark_revoked(row.id)
            raise
        with self._db.session() as session:  # committed before anybody uses the new access token
            stored = session.get_one(Consent, row.id)
            self._write(stored, tokens)
        return tokens.access_token

    def _mark_revoked(self, consent_id: str) -> None:
        with self._db.session() as session:
            session.get_one(Consent, consent_id).state = REVOKED
            using = select(OrganisationRow).where(
                OrganisationRow.consent_id == consent_id, OrganisationRow.state == LinkState.ACTIVE
            )
            for organisation in session.scalars(using):
                organisation.state = LinkState.DISCONNECTED
                organisation.state_since = self._now()

    def _write(self, row: Consent, tokens: TokenSet) -> None:
        row.access_sealed = secrets.seal(self._ring, _ACCESS, row.id, tokens.access_token.encode())
        row.refresh_sealed = secrets.seal(self._ring, _REFRESH, row.id, tokens.refresh_token.encode())
        row.expires_at, row.refreshed_at = tokens.expires_at, self._now()
        row.scopes = sorted(tokens.scopes)
        row.state = ACTIVE

    def _access(self, row: Consent) -> str:
        return secrets.unseal(self._ring, _ACCESS, row.id, row.access_sealed or b"").decode()

    def _refresh_token(self, row: Consent) -> str:
        return secrets.unseal(self._ring, _REFRESH, row.id, row.refresh_sealed or b"").decode()


def _left(moment: datetime | None, now: datetime) -> timedelta:
    return moment - now if moment else timedelta.min
