"""A small company for backups under bad luck, asked for as a person does, and its copies seen from outside.

What is kept is held against what Xero serves, byte for byte; reports, which Xero makes each time, by name.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.catalogue import RESOURCES
from bot.catalogue.model import Paging, Rhythm
from bot.domain.backup import Run, Summary
from bot.domain.organisation import Organisation
from bot.parts import Parts
from bot.sandbox.slack import Message
from bot.sandbox.xero import PretendOrganisation
from bot.vault import Books, SnapshotInfo
from tests.faults.machine import company, summaries
from tests.scenario.office import ANA, FINANCE, Office

# Not lists of records of their own, or asked for by date.
_NOT_SERVED = frozenset({"organisation_actions", "invoice_reminders", "budget_lines"})
_OVER = ("Complete", "Failed", "Stopped")
# A list leaves out deleted groups.
_FEWER = frozenset({"contact_groups", "contact_group_members"})


@dataclass
class Kept:
    """One linked organisation; `parts` looks into the bot's database and vault from outside."""

    office: Office
    parts: Parts
    name: str
    books: PretendOrganisation = field(init=False)

    def __post_init__(self) -> None:
        self.books = company(self.office.xero, self.name)
        self.office.link(self.name)

    @property
    def organisation(self) -> Organisation:
        (found,) = [one for one in self.parts.organisations.linked() if one.name == self.name]
        return found

    @property
    def copies(self) -> Books:
        return self.parts.books.of(self.organisation)

    @property
    def active(self) -> Run | None:
        return self.parts.runs.active(self.organisation.id)

    @property
    def ended(self) -> list[Summary]:
        """Every backup that ended, newest first."""
        return self.parts.runs.summaries(self.organisation.id, limit=1000)

    @property
    def messages(self) -> list[Message]:
        return summaries(self.office, self.name)

    def back_up(self) -> str:
        """Ask for a backup and wait for its end; gives what its message says then."""
        ended = len(self.ended)
        assert self.office.slack.command(ANA, FINANCE, f"now {self.name}").ok
        return self.wait_for_end(ended)

    def wait_for_end(self, ended: int = 0, seconds: float = 40) -> str:
        """Wait until more than so many backups have ended and the message says so; gives its text."""
        slack = self.office.slack
        assert slack.wait_until(lambda: len(self.ended) > ended, seconds), self.told

        def shown() -> list[str]:
            message = self.parts.runs.get(self.ended[0].run.id).message
            found = [self.office.text(one) for one in self.messages if message and one.ts == message.ts]
            return [one for one in found if any(word in one for word in _OVER)]

        assert slack.wait_until(lambda: bool(shown()), 10), self.told
        return shown()[0]

    @property
    def told(self) -> list[str]:
        """Give every message about its backups, as people read it."""
        return [self.office.text(one) for one in self.messages]

    def alter(self) -> None:
        """Let a day go by in the books: some records change, some are new, one is voided."""
        self.books.change_share(0.2)
        self.books.add_invoice()
        self.books.change("Invoices", self.books.add_invoice(), Status="VOIDED")

    def sound_snapshots(self) -> list[SnapshotInfo]:
        """Give the snapshots, after every byte of every copy was found good."""
        books = self.copies
        assert books.verify(full=True).problems == ()
        return books.snapshots()

    def not_as_served(self) -> list[str]:
        """Name what the newest snapshot does not hold exactly as Xero serves it."""
        books = self.copies
        newest = books.snapshots()[-1]
        wrong, compared = [], 0
        for key in newest.resources:
            name, single = self._collection(key)
            if name in self.books.shelves:
                served = self.office.xero.served(self.books.tenant_id, name, single=single)
                kept = {one.record_id: one.raw for one in books.records(newest, key)}
                compared += 1
                if kept != served and not (key in _FEWER and kept.items() <= served.items()):
                    wrong.append(key)
        assert compared > 20
        return wrong + self.files_not_as_attached()

    @staticmethod
    def _collection(key: str) -> tuple[str, bool]:
        """Name the collection a list of records comes from, and whether one by one; "" for all else."""
        entry = RESOURCES.get(key)
        read = entry.read if entry else None
        if entry is None or read is None or entry.rhythm is Rhythm.FILLED or key in _NOT_SERVED:
            return "", False
        if read.paging is Paging.REPORT:
            return "", False
        return (read.path.split("/")[0], True) if read.parent else (read.collection, False)

    def files_not_as_attached(self) -> list[str]:
        """Name every kept attachment whose bytes are not, to the last, those that hang in Xero."""
        books, wrong = self.copies, []
        newest, there = books.snapshots()[-1], self.attached()
        for record_id, _ in books.lengths(newest, "attachment_contents"):
            pieces = books.blob(newest, "attachment_contents", record_id)
            if pieces is None or b"".join(pieces) != there.get(record_id.split("/")[-1]):
                wrong.append(record_id)
        return wrong

    def files(self) -> set[str]:
        """Give the ids of the attachments whose bytes the newest snapshot holds."""
        books = self.copies
        held = books.lengths(books.snapshots()[-1], "attachment_contents")
        return {record_id.split("/")[-1] for record_id, _ in held}

    def attached(self) -> dict[str, bytes]:
        """Give the bytes of every file that hangs on a record in Xero, by its id."""
        found = [one for files in self.books.files.values() for one in files.values()]
        return {str(one.shown["AttachmentID"]): b"".join(one.pieces()) for one in found}

    def attach(self) -> None:
        """Hang two files on an invoice, one on another and one on a contact."""
        first, second = [one.record_id for one in self.books.shelf("Invoices")][-2:]
        contact = next(iter(self.books.shelf("Contacts"))).record_id
        self.books.attach("Invoices", first, "receipt.pdf", 60_000)
        self.books.attach("Invoices", first, "photo.jpg", 900_000)
        self.books.attach("Invoices", second, "terms.txt", b"Net 14 days")
        self.books.attach("Contacts", contact, "contract.pdf", 20_000)

    def reports(self) -> dict[str, list[str]]:
        """Name the reports that the newest snapshot holds."""
        books = self.copies
        newest = books.snapshots()[-1]
        return {
            key: sorted(one.record_id for one in books.records(newest, key))
            for key in newest.resources
            if (entry := RESOURCES.get(key)) and entry.read and entry.read.paging is Paging.REPORT
        }
