"""Exports that people ask for in Slack: made as a file on this machine, to be fetched by a short-lived link.

The file holds the books in clear. It lies in a private folder for as long as the link lives, and goes as soon
as it was fetched. Only a hash of the link's secret is stored; whoever has the link may fetch the file.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from bot.db.engine import Database
from bot.db.tables import Ticket
from bot.domain.export import Asked
from bot.domain.names import Actor, WorkspaceId
from bot.domain.organisation import LinkState, Organisation
from bot.errors import Refused, UnknownOrganisation
from bot.queue import Queue
from bot.services.audit import Audit
from bot.services.books import Books
from bot.services.looking.export_blobs import bytes_of_files
from bot.services.looking.export_form import Form
from bot.services.looking.export_forms import FORMS, LINES
from bot.services.looking.export_zip import LARGEST_BYTES, write_zip
from bot.services.organisations import Organisations

EXPORT = "export"
LIFE = timedelta(hours=24)
MAKING = "making"
UNLINKED = "The organisation is no longer linked."
NO_COPY = (
    "There is no backup of this organisation yet, so there is nothing to export. `/backup now` makes one."
)
UNDER_WAY = "I am making an export of this organisation for you already. It comes as a direct message."
FORGOTTEN = "Nobody remembers who asked for this export."


class Exports:
    """Ask for, make, link and clear away exports; `fetching` hands them out."""

    def __init__(
        self,
        db: Database,
        *,
        organisations: Organisations,
        books: Books,
        queue: Queue,
        audit: Audit,
        folder: Path,
        public_url: str,
        now: Callable[[], datetime],
        largest_bytes: int = LARGEST_BYTES,
    ) -> None:
        self._db, self._organisations, self._books, self._queue = db, organisations, books, queue
        self._audit, self._folder, self._url, self._now = audit, folder, public_url.rstrip("/"), now
        self._largest = largest_bytes

    def request(self, actor: Actor, organisation: Organisation, form: str = LINES.name) -> str:
        """Ask for an export for a person who passed the check; raises Refused while theirs is being made.

        What this person was given of this organisation before is replaced: one file is enough.
        """
        with self._db.reading() as session:
            making = session.scalars(_of(actor, organisation).where(Ticket.outcome == MAKING))
            before = [row.state_hash for row in making]
        if any(self._queue.has_work(_key(export_id)) for export_id in before if export_id):
            raise Refused(UNDER_WAY)
        export_id = f"{uuid.uuid4().hex}-{form}"
        with self._db.session() as session:
            for row in session.scalars(_of(actor, organisation)):
                row.expires_at = self._now()
            session.add(self._ticket(actor, organisation, export_id))
            asked = Asked(export_id=export_id, actor=actor, organisation_id=organisation.id)
            self.note(session, asked, "asked")
        self.sweep()
        args = {"export": export_id}
        self._queue.enqueue(EXPORT, organisation=organisation.id, key=_key(export_id), args=args)
        return export_id

    def asked(self, export_id: str) -> Asked:
        """Say who asked for it; raises Refused when that is forgotten."""
        with self._db.reading() as session:
            row = session.scalar(by_id(export_id))
            if row is None:
                raise Refused(FORGOTTEN)
            actor = Actor(
                workspace_id=WorkspaceId(row.workspace_id or ""),
                team_id="",
                user_id=row.user_id or "",
                channel_id=row.channel_id or "",
            )
            return Asked(export_id=export_id, actor=actor, organisation_id=row.organisation_id or "")

    def make(self, export_id: str) -> dict[str, Any]:
        """Write the newest snapshot into the file, anew after a crash; gives counts, nothing from the books.

        Once the link was given, it is the snapshot that was the newest then: the one the person was told of.

        Raises Refused (nothing to export, too large), LedgerkeepError (disk), StoreUnavailable, Damaged; then
        nothing is left behind.
        """
        organisation = self.still_linked(self.asked(export_id).organisation_id)
        books = self._books.of(organisation)
        given_at = self._given_at(export_id)
        infos = [one for one in books.snapshots() if given_at is None or one.taken_at <= given_at]
        if not infos:
            raise Refused(NO_COPY)
        info, path = infos[-1], self.path(export_id)
        form = replace(_form(export_id), with_files=bytes_of_files(books, info) <= self._largest)
        written = write_zip(books, organisation, info, path, self._now(), self._largest, form)
        return {
            "records": written.records,
            "files": len(written.files) + 1,  # and the manifest
            "bytes": path.stat().st_size,
            "number": info.number,
            "taken_at": info.taken_at.isoformat(),
            "gaps": sum(1 for one in written.resources if one["gaps"]),
            "form": form.name,
            "with_files": form.with_files,
        }

    def link(self, export_id: str) -> tuple[str, datetime]:
        """Give the address that fetches the file, and until when; one that was given before stops to work."""
        secret, until = secrets.token_urlsafe(32), self._now() + LIFE
        mine = (Ticket.state_hash == export_id, Ticket.purpose == EXPORT)
        with self._db.session() as session:
            session.execute(
                update(Ticket)
                .where(*mine)
                .values(id=hash_of(secret), opened_at=self._now(), expires_at=until, outcome="ready")
            )
        return f"{self._url}/export/{secret}", until

    def file(self, export_id: str) -> tuple[Path, str]:
        """Give where the file that was made lies, and what it is called for people."""
        organisation = self.still_linked(self.asked(export_id).organisation_id)
        if not self.path(export_id).exists():  # made by a worker that died, on another machine
            self.make(export_id)
        return self.path(export_id), file_name(organisation)

    def handed_over(self, export_id: str, snapshot_number: int, *, as_file: bool = False) -> None:
        """Write down that the person has the link, or the file itself: then none is kept here."""
        asked = self.asked(export_id)
        with self._db.session() as session:
            if as_file:
                row = session.scalars(by_id(export_id)).one()
                row.used_at, row.outcome = self._now(), "given"
            self.note(
                session, asked, "done", snapshot=snapshot_number, **({"way": "file"} if as_file else {})
            )
        if as_file:
            self.path(export_id).unlink(missing_ok=True)

    def fail(self, export_id: str, why: str) -> None:
        """Forget an export that could not be made or handed over; `why` is the kind of error."""
        self.path(export_id).unlink(missing_ok=True)
        asked = self.asked(export_id)
        with self._db.session() as session:
            row = session.scalars(by_id(export_id)).one()
            row.outcome, row.expires_at = "failed", self._now()
            self.note(session, asked, "failed", why=why)

    def sweep(self) -> int:
        """Delete files that nobody can fetch any more, and what crashes left; gives how many."""
        if not self._folder.is_dir():
            return 0
        lying = list(self._folder.iterdir())  # first: an export that begins meanwhile is in neither list
        wanted = select(Ticket.state_hash).where(
            Ticket.purpose == EXPORT, Ticket.used_at.is_(None), Ticket.expires_at > self._now()
        )
        with self._db.reading() as session:
            kept = {found for found in session.scalars(wanted) if found}
        gone = [one for one in lying if one.name.partition(".")[0] not in kept]
        for one in gone:
            if one.is_dir():  # what passed through while an export was made
                shutil.rmtree(one, ignore_errors=True)
            else:
                one.unlink(missing_ok=True)
        return len(gone)

    def _given_at(self, export_id: str) -> datetime | None:
        with self._db.reading() as session:
            row = session.scalar(by_id(export_id))
            return row.opened_at if row else None

    def _ticket(self, actor: Actor, organisation: Organisation, export_id: str) -> Ticket:
        return Ticket(
            id=hash_of(secrets.token_urlsafe(32)),  # nobody has that secret: `link` puts in the one it gives
            purpose=EXPORT,
            workspace_id=actor.workspace_id,
            user_id=actor.user_id,
            channel_id=actor.channel_id,
            organisation_id=organisation.id,
            state_hash=export_id,
            created_at=self._now(),
            expires_at=self._now() + LIFE,
            outcome=MAKING,
        )

    def still_linked(self, organisation_id: str) -> Organisation:
        """Give the organisation; raises Refused when it is not linked any more."""
        try:
            found = self._organisations.get(organisation_id)
        except UnknownOrganisation:
            raise Refused(UNLINKED) from None
        if found.state is LinkState.UNLINKED:
            raise Refused(UNLINKED)
        return found

    def path(self, export_id: str) -> Path:
        """Say where the file lies on this machine, when it does."""
        return self._folder / f"{export_id}.zip"

    def note(
        self,
        session: Session,
        asked: Asked,
        outcome: str,
        *,
        action: str = EXPORT,
        origin: str = "slack",
        **more: Any,
    ) -> None:
        """Write down what became of an export, in the present unit of work."""
        detail = {"export": asked.export_id, "format": _form(asked.export_id).name, **more}
        self._audit.note(
            session,
            asked.actor,
            action,
            outcome,
            organisation_id=asked.organisation_id,
            detail=detail,
            origin=origin,
        )


def _of(actor: Actor, organisation: Organisation) -> Select[Any]:
    return select(Ticket).where(
        Ticket.purpose == EXPORT,
        Ticket.workspace_id == actor.workspace_id,
        Ticket.user_id == actor.user_id,
        Ticket.organisation_id == organisation.id,
        Ticket.used_at.is_(None),
    )


def by_id(export_id: str) -> Select[Any]:
    """Select the ticket of an export."""
    return select(Ticket).where(Ticket.state_hash == export_id, Ticket.purpose == EXPORT)


def _form(export_id: str) -> Form:
    """Give the form that an export's id ends with: every machine that makes it anew must know it."""
    return FORMS.get(export_id.partition("-")[2], LINES)


def _key(export_id: str) -> str:
    return f"{EXPORT}:{export_id}"


def hash_of(secret: str) -> str:
    """Give what is stored of a link's secret."""
    # A random secret of 256 bits needs no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()


def file_name(organisation: Organisation) -> str:
    """Name the file after the organisation, in letters that every system and header takes."""
    plain = re.sub(r"[^a-z0-9]+", "-", organisation.name.lower()).strip("-")[:40].strip("-")
    return f"ledgerkeep-{plain or 'export'}.zip"
