"""Steps of the tour: look into the copies, at this day and an earlier one, and take them out as files."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from bot.demo import DELIVERY, NOTE, NOTED
from bot.sandbox.slack import Message
from bot.touring.visit import ANA, FINANCE, ORGANISATION, TourFailed, Visit, text_of
from bot.views import ids

ATTACHED = "attachments/"


class Copies:
    """Looks at what the copies hold, as Ana."""

    def __init__(self, visit: Visit) -> None:
        self._visit, self._first_day = visit, visit.demo.now().date()

    def find(self) -> None:
        """Find a record."""
        self._visit.command(f"find {NOTED}", f"Invoice {NOTED}")

    def find_earlier(self) -> None:
        """Find it as it was on the day of the first backup."""
        self._visit.command(f"find {NOTED} on {self._first_day.isoformat()}", "as the books were on")

    def versions(self) -> None:
        """See what changed in it, and since when."""
        visit = self._visit
        seen = {one.ts for one in visit.slack.messages(FINANCE, ANA)}
        found = [one for one in visit.slack.messages(FINANCE, ANA) if one.only_for == ANA]
        visit.say("(Ana presses “Earlier versions”)\n")
        visit.slack.click(ANA, FINANCE, found[-1], ids.choose("versions", 0))

        def told() -> Message | None:
            new = [one for one in visit.slack.messages(FINANCE, ANA) if one.ts not in seen]
            return next((one for one in new if "2 versions" in text_of(one)), None)

        story = visit.until("the versions are told", told)
        visit.show(story, "(only Ana sees this)")
        if NOTE not in text_of(story):
            raise TourFailed("the versions do not tell what changed")

    def export(self) -> None:
        """Get the copy as a file, which comes to Ana alone; a file that was attached in Xero is in it."""
        with self._exported("export", "Export ready") as archive:
            names = archive.namelist()
            self._visit.say(f"    the file holds {len(names)} files, manifest.json among them\n")
            archive.getinfo("manifest.json")
            path = next((one for one in names if one.startswith(ATTACHED) and one.endswith(DELIVERY)), "")
            if not path or archive.read(path) != self._delivered():
                raise TourFailed(f"“{DELIVERY}”, attached in Xero, is not in the export")
            self._visit.say(f"    {path}: the same bytes that were attached in Xero\n")

    def export_for_excel(self) -> None:
        """Get it again, as workbooks."""
        with self._exported("export as excel", "Export ready") as archive:
            books = [one for one in archive.namelist() if one.endswith(".xlsx")]
            self._visit.say(f"    {len(books)} workbooks, {', '.join(sorted(books)[:4])} among them\n")
            if "invoices.xlsx" not in books:
                raise TourFailed("there is no workbook of invoices")

    def verify(self) -> None:
        """Check the copies, every byte."""
        self._visit.cli("verify", ORGANISATION, "--full")

    def export_as_files(self) -> None:
        """Take a copy out."""
        with tempfile.TemporaryDirectory(prefix="ledgerkeep-tour-") as folder:
            out = Path(folder) / "export"
            self._visit.cli("export", ORGANISATION, "--to", str(out))
            for name in ("quotes.jsonl", "invoices.jsonl", "contacts.jsonl"):
                with (out / name).open(encoding="utf-8") as lines:
                    self._visit.say(f"    {name}: {sum(1 for _ in lines):,} records")

    def _exported(self, command: str, words: str) -> zipfile.ZipFile:
        visit = self._visit
        visit.command(command, "I am making an export")
        ready = visit.until("the file is ready", lambda: visit.newest(visit.direct(), words))
        visit.show(ready, "(in Ana's messages from Ledgerkeep)")
        return zipfile.ZipFile(io.BytesIO(visit.until("the file comes", lambda: _file_after(visit, ready))))

    def _delivered(self) -> bytes:
        lively = self._visit.demo.xero.organisation("lively")
        (invoice,) = lively.shelf("Invoices").having("InvoiceNumber", NOTED)
        return b"".join(lively.files[invoice.record_id][DELIVERY].pieces())


def _file_after(visit: Visit, message: Message) -> bytes | None:
    """Give the file that Ledgerkeep sent Ana after a message."""
    sent = [one for one in visit.slack.messages(visit.direct(), ANA) if one.ts > message.ts]
    return next((file.content for one in sent for file in one.files), None)
