"""Steps of the tour: back up, ask, see what changed and what is missing, take copies out, disconnect."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from pathlib import Path

from bot.demo import NIGHT
from bot.sandbox.slack import Message
from bot.touring.visit import ANA, BEN, FINANCE, ORGANISATION, TourFailed, Visit, drawn_of, text_of
from bot.views import ids
from bot.views.plain import as_text

QUOTES = "/api.xro/2.0/Quotes*"
_ACCOUNT = re.compile(r"• (.+?): (•••• \d{4} → •••• \d{4})")


class Backups:
    """Walks through backups as Ana, the owner of the pretend workspace."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    def connect(self) -> None:
        """Link the organisation."""
        self._visit.consent(drawn_of(self._visit.command("connect")), "lively")
        self._visit.wait("the channel hears of the new organisation", f"Connected: {ORGANISATION}")

    def back_up(self) -> None:
        """Take the first copy."""
        self._visit.command("now")
        self._visit.wait("a summary is posted", "Complete: backup of")

    def coverage(self) -> None:
        """Ask what no copy holds."""
        self._visit.command("coverage", "Bank statement lines")

    def night(self) -> None:
        """Let the clock do its work: a backup nobody asks for, and the digest in the morning."""
        self._visit.say(f"(Ana presses “{NIGHT}”: people change records in Xero; the bot's clock goes on)\n")
        self._visit.demo.let_a_night_pass()
        summary = self._visit.wait("a backup ran by itself", "Changes since the last snapshot")
        if "asked for by" in text_of(summary):
            raise TourFailed("somebody asked for the backup of the night")
        self._visit.wait("the digest comes", "Coverage: ")

    def worth_a_look(self) -> None:
        """See a supplier's new bank account: in a form for Ana, never in the channel."""
        visit = self._visit
        visit.slack.click(ANA, FINANCE, visit.posted("Coverage: "), ids.SEE_FINDINGS)
        found = _ACCOUNT.search(visit.form("•••• "))
        if found is None:
            raise TourFailed("no supplier was shown")
        if any(found[1] in text_of(one) for one in visit.everybodys()):
            raise TourFailed("the channel was told the supplier's name")
        visit.close()

    def changes(self) -> None:
        """See what differs between two copies."""
        self._visit.command("diff", "Bank account details: changed")

    def find(self) -> None:
        """Find a record."""
        self._visit.command("find INV-0042", "Invoice INV-0042")

    def ask(self) -> None:
        """Ask in the channel."""
        self._visit.ask("are quotes backed up?", "Quotes are backed up")

    def talk(self) -> None:
        """Ask privately, and ask on."""
        answer = self._visit.ask("are budgets backed up?", "Budgets are backed up", directly=True)
        self._visit.ask(
            "and how would they come back?", "A restore does not write this", directly=True, below=answer.ts
        )

    def settings(self) -> None:
        """Choose other times."""
        visit = self._visit
        settings = visit.command("settings", "Daily digest")
        visit.slack.click(ANA, FINANCE, settings, ids.CHANGE_SCHEDULE)
        visit.form("When do backups run?")
        visit.say("(Ana chooses “At times of our own”, 13:30 and 2am, and saves)\n")
        visit.submit({"when": {"when_input": "chosen"}, "times": {"times_input": "13:30, 2am"}})
        visit.wait("the channel hears of it", "backups now run at 02:00 and 13:30 every day")

    def home(self) -> None:
        """Open the dashboard."""
        visit = self._visit
        visit.slack.open_home(ANA)
        home = visit.until("Home was drawn", lambda: visit.slack.home(ANA))
        shown = as_text(dict(home.view))
        if f"{ORGANISATION} · ✅ Fine" not in shown:
            raise TourFailed(f"Home does not say how {ORGANISATION} stands")
        visit.say(f"(on Ana's Home)\n{visit.named(shown)}\n")

    def export(self) -> None:
        """Get the copy as a file, which comes to Ana alone."""
        visit = self._visit
        visit.command("export", "I am making an export")
        ready = visit.until("the file is ready", lambda: visit.newest(visit.direct(), "Export ready"))
        visit.show(ready, "(in Ana's messages from Ledgerkeep)")
        file = visit.until("the file comes", lambda: _file_after(visit, ready))
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            visit.say(f"    the file holds {len(archive.namelist())} files, manifest.json among them\n")
            archive.getinfo("manifest.json")

    def back_up_with_a_gap(self) -> None:
        """Let Xero send nothing where there was something."""
        visit = self._visit
        visit.say("(from here on the pretend Xero hands out an empty list of quotes)\n")
        visit.demo.xero.faults.add("empty_list", path=QUOTES, times=0)
        try:
            visit.command("now")
            visit.wait("a summary tells the gap", "Complete with gaps: backup of")
        finally:
            visit.demo.xero.faults.clear()

    def status(self) -> None:
        """See how things stand, and what ran."""
        self._visit.command("status", "⚠️ Warning")
        self._visit.command("history", "#3")

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

    def refused(self) -> None:
        """Try as Ben, who may not."""
        visit = self._visit
        before = len(visit.slack.messages(FINANCE, BEN))
        visit.slack.click(BEN, FINANCE, visit.posted(f"Connected: {ORGANISATION}"), ids.DISCONNECT)
        told = visit.until("a click is answered", lambda: visit.slack.messages(FINANCE, BEN)[before:])[-1]
        if "Only workspace admins may" not in text_of(told):
            raise TourFailed("Ben, who is no admin, was not refused")
        visit.show(told, "(only Ben sees this)")

    def disconnect(self) -> None:
        """End the link; the copies stay."""
        visit = self._visit
        visit.slack.click(ANA, FINANCE, visit.posted(f"Connected: {ORGANISATION}"), ids.DISCONNECT)
        visit.form("Disconnect")
        visit.submit({ids.COPIES_BLOCK: {ids.COPIES_ACTION: ids.COPIES_KEEP}})
        visit.wait("the channel hears of it", f"Disconnected: {ORGANISATION}")


def _file_after(visit: Visit, message: Message) -> bytes | None:
    """Give the file that Ledgerkeep sent Ana after a message."""
    sent = [one for one in visit.slack.messages(visit.direct(), ANA) if one.ts > message.ts]
    return next((file.content for one in sent for file in one.files), None)
