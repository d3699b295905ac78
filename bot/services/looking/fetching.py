"""Hand out exports to whoever has the link: once, while the person who asked may still export. Draws nothing.

The file lies where the worker was that made it. In another process it is made anew from the copies, so that
a link works at whichever machine answers it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from bot.db.engine import Database
from bot.db.tables import Ticket
from bot.domain.export import Asked, Download, Unavailable
from bot.errors import Refused, SlackDisconnected, SlackUnavailable
from bot.log import get_logger
from bot.services.access import Access
from bot.services.looking.exports import EXPORT, Exports, by_id, file_name, hash_of

log = get_logger(__name__)
FETCHED = "export.fetched"  # in the audit log
REFUSED = "refused"
LOST = "The person who asked may no longer export copies."


class Fetching:
    """What the address of an export asks."""

    def __init__(
        self, db: Database, *, exports: Exports, access: Access, now: Callable[[], datetime]
    ) -> None:
        self._db, self._exports, self._access, self._now = db, exports, access, now
        self._fetching: set[str] = set()
        self._lock = threading.Lock()

    def open(self, secret: str) -> Download | Unavailable:
        """Give the file behind a link, or why there is none; only a whole download uses the link up.

        Raises LedgerkeepError (disk), StoreUnavailable, Damaged where the file must be made and cannot be.
        """
        export_id = self._behind(secret)
        if isinstance(export_id, Unavailable):
            return export_id
        with self._lock:
            if export_id in self._fetching:
                return Unavailable.BUSY
            self._fetching.add(export_id)
        found: Download | Unavailable | None = None
        try:
            found = self._prepared(self._exports.asked(export_id))
            return found
        finally:
            if not isinstance(found, Download):
                self._let_go(export_id)

    def _behind(self, secret: str) -> str | Unavailable:
        with self._db.reading() as session:
            row = session.get(Ticket, hash_of(secret))
            if row is None or row.purpose != EXPORT or not row.state_hash:
                return Unavailable.UNKNOWN
            if row.used_at is not None:
                return Unavailable.USED
            if row.outcome == REFUSED:
                return Unavailable.REFUSED
            return Unavailable.EXPIRED if row.expires_at <= self._now() else row.state_hash

    def _prepared(self, asked: Asked) -> Download | Unavailable:
        export_id, path = asked.export_id, self._exports.path(asked.export_id)
        try:
            organisation = self._exports.still_linked(asked.organisation_id)
        except Refused:  # its copies may have been deleted: so is this one
            path.unlink(missing_ok=True)
            return Unavailable.UNLINKED
        try:
            if not self._access.is_keeper(asked.actor):
                self._refuse(asked)
                return Unavailable.REFUSED
        except (SlackUnavailable, SlackDisconnected):
            return Unavailable.UNSURE
        if not path.exists() and not self._made_here(export_id):
            return Unavailable.GONE
        return Download(path, file_name(organisation), lambda whole: self._ended(export_id, whole))

    def _made_here(self, export_id: str) -> bool:
        try:
            self._exports.make(export_id)
        except Refused as error:
            log.warning("export_not_made_here", export=export_id, error=error)
            return False
        log.info("export_made_here", export=export_id)
        return True

    def _refuse(self, asked: Asked) -> None:
        with self._db.session() as session:
            row = session.scalars(by_id(asked.export_id)).one()
            row.outcome, row.expires_at = REFUSED, self._now()
            self._exports.note(session, asked, REFUSED, action=FETCHED, origin="web", why=LOST)
        self._exports.path(asked.export_id).unlink(missing_ok=True)

    def _ended(self, export_id: str, whole: bool) -> None:
        try:
            if whole:
                self._fetched(export_id)
        finally:
            self._let_go(export_id)

    def _fetched(self, export_id: str) -> None:
        asked = self._exports.asked(export_id)
        with self._db.session() as session:
            row = session.scalars(by_id(export_id)).one()
            row.used_at, row.outcome = self._now(), "fetched"
            self._exports.note(session, asked, "done", action=FETCHED, origin="web")
        self._exports.path(export_id).unlink(missing_ok=True)

    def _let_go(self, export_id: str) -> None:
        with self._lock:
            self._fetching.discard(export_id)
