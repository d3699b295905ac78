"""Steps of the tour: back up, let nights pass, ask, choose what is read, see what is missing, disconnect."""

from __future__ import annotations

import re

from bot.demo import NIGHT, QUIET_NIGHT
from bot.sandbox.xero.calls import DATA_APIS
from bot.touring.visit import ANA, BEN, FINANCE, ORGANISATION, TourFailed, Visit, drawn_of, text_of
from bot.views import ids
from bot.views.plain import as_text

# A list that fits on one page is read whole every time, so that it is noticed at once when nothing comes.
ORDERS = "/api.xro/2.0/PurchaseOrders"
BESIDE = re.compile(r"/(?:History|Attachments|Content|Associations)\b|/Reports/Aged", re.IGNORECASE)
# What is open in foreign currencies lets today's figures differ every day: then all reports are read anew.
FEW_CALLS = 60
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
        """Take the first copy; its summary says how far is what takes more than one night."""
        self._visit.command("now")
        told = text_of(self._visit.wait("a summary is posted", "Complete: backup of"))
        if "Still filling up" not in told or "history with notes for " not in told:
            raise TourFailed("the summary does not say how far history is")

    def beside(self) -> None:
        """Look at what is read beside the books, and at what each of it costs."""
        visit = self._visit
        settings = visit.command("settings", "Read beside the books")
        visit.slack.click(ANA, FINANCE, settings, ids.CHANGE_EXTRAS)
        shown = visit.form("What a first reading costs")
        if "History and notes: one call for each record, about " not in shown:
            raise TourFailed("the form does not say what history costs")
        visit.close()

    def coverage(self) -> None:
        """Ask what no copy holds."""
        self._visit.command("coverage", "Bank statement lines")

    def night(self) -> None:
        """Let the clock do its work: a backup nobody asks for, and the digest in the morning."""
        self._visit.say(f"(Ana presses “{NIGHT}”: people work in Xero; the bot's clock goes on)\n")
        self._visit.demo.let_a_night_pass()
        summary = self._visit.wait("a backup ran by itself", "Changes since the last snapshot")
        if "asked for by" in text_of(summary):
            raise TourFailed("somebody asked for the backup of the night")
        self._visit.wait("the digest comes", "Coverage: ")

    def quiet_night(self) -> None:
        """Let a night pass in which nobody works: the books cost few calls, the rest goes to history."""
        visit = self._visit
        visit.say(f"(Ana presses “{QUIET_NIGHT}”: nobody works in Xero; the bot's clock goes on)\n")
        before = len(visit.demo.xero.calls)
        visit.demo.let_a_night_pass(quiet=True)
        visit.wait("a backup ran by itself", "Changes: none since the last snapshot")
        asked = [one for one in visit.demo.xero.calls[before:] if one.path.startswith(DATA_APIS)]
        filling = sum(1 for one in asked if BESIDE.search(one.path))
        books = len(asked) - filling
        visit.say(f"(the pretend Xero: {books} calls for the books, {filling} for history not read so far)\n")
        if books > FEW_CALLS:
            raise TourFailed(f"a quiet night took {books} calls for the books")

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

    def ask(self) -> None:
        """Ask in the channel."""
        self._visit.ask("are quotes backed up?", "Quotes are backed up")

    def ask_how_far(self) -> None:
        """Ask about what is still filling up."""
        self._visit.ask("is history backed up?", "to go")

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

    def back_up_with_a_gap(self) -> None:
        """Let Xero send nothing where there was something."""
        visit = self._visit
        visit.say("(from here on the pretend Xero hands out an empty list of purchase orders)\n")
        visit.demo.xero.faults.add("empty_list", path=ORDERS, times=0)
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
