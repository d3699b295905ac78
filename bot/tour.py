"""The scripted demo: the same sandbox, driven by a script, not by a person; prints every message as text."""

from __future__ import annotations

import io
import json
import re
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bot.demo import NIGHT, Demo
from bot.sandbox.slack import Answer, Message
from bot.sandbox.xero import ConsentRefused
from bot.touring import Browser, run_beside
from bot.views import ids
from bot.views.plain import as_text

ANA, BEN, FINANCE = "U0ANA", "U0BEN", "C0FINANCE"
ORGANISATION = "Harbour & Sons Trading Ltd"
QUOTES = "/api.xro/2.0/Quotes*"
PATIENCE_SECONDS = 45.0
_LINK = re.compile(r"https?://[^\s\"|>]+/xero/connect\?ticket=[\w-]+")
_FILE = re.compile(r"https?://[^\s\"|>]+/export/[\w-]+")
_ACCOUNT = re.compile(r"• (.+?): (•••• \d{4} → •••• \d{4})")
_IDS = re.compile(r"@U\w+|#C\w+")
Say = Callable[[str], None]
Found = TypeVar("Found")


class TourFailed(Exception):
    """A step did not show what it must show."""


# What a step may end with when the product does not do what it should; anything else is a fault of the tour.
_FAILURES = (TourFailed, ConsentRefused, LookupError, OSError, subprocess.TimeoutExpired, zipfile.BadZipFile)


class Tour:
    """Walks through the product as Ana, the owner of the pretend workspace."""

    def __init__(self, demo: Demo, say: Say) -> None:
        self._demo, self._slack, self._say, self._browser = demo, demo.slack, say, Browser()
        self._shown: set[tuple[str, str]] = set()

    def run(self) -> list[str]:
        """Take every step; gives their names. Raises TourFailed, which names the step."""
        done = []
        for name, step in self._steps():
            self._say(f"\n### {name}\n")
            try:
                step()
            except _FAILURES as failed:
                raise TourFailed(f"{name}: {failed}") from failed
            done.append(name)
        return done

    def _steps(self) -> list[tuple[str, Callable[[], object]]]:
        return [
            ("connect an organisation", self._connect),
            ("back it up now", self._back_up),
            ("ask what isn't covered", lambda: self._command("coverage", "Bank statement lines")),
            ("let a night pass", self._night),
            ("look at what is worth a look", self._worth_a_look),
            ("see what changed", lambda: self._command("diff", "Bank account details: changed")),
            ("find a record in the copies", lambda: self._command("find INV-0042", "Invoice INV-0042")),
            ("ask in the channel", lambda: self._ask("are quotes backed up?", "Quotes are backed up")),
            ("ask in a direct message, and ask on", self._talk),
            ("change when backups run", self._settings),
            ("open Home", self._home),
            ("fetch an export", self._export),
            ("back up while Xero withholds the quotes", self._back_up_with_a_gap),
            ("look at status and history", self._status),
            ("check the copies from the command line", lambda: self._cli("verify", ORGANISATION, "--full")),
            ("take a copy out as files", self._export_as_files),
            ("try to disconnect without the right to", self._refused),
            ("disconnect and keep the copies", self._disconnect),
        ]

    def _connect(self) -> None:
        link = _LINK.search(_drawn(self._command("connect")))
        if link is None:
            raise TourFailed("no link to Xero was offered")
        consent_page = self._browser.redirect_of(link.group())
        self._say("(in the browser: Ana consents at the pretend Xero as its Adviser)\n")
        self._say(self._browser.page(self._demo.xero.consent(consent_page)) + "\n")
        self._await("the channel hears of the new organisation", f"Connected: {ORGANISATION}")

    def _back_up(self) -> None:
        self._command("now")
        self._await("a summary is posted", "Complete: backup of")

    def _night(self) -> None:
        """Let the clock do its work: a backup nobody asks for, and the digest in the morning."""
        self._say(f"(Ana presses “{NIGHT}”: people change records in Xero; the bot's clock goes on)\n")
        self._demo.let_a_night_pass()
        summary = self._await("a backup ran by itself", "Changes since the last snapshot")
        if "asked for by" in _text(summary):
            raise TourFailed("somebody asked for the backup of the night")
        self._await("the digest comes", "Coverage: ")

    def _worth_a_look(self) -> None:
        """See a supplier's new bank account: in a form for Ana, never in the channel."""
        self._slack.click(ANA, FINANCE, self._posted("Coverage: "), ids.SEE_FINDINGS)
        found = _ACCOUNT.search(self._form("•••• "))
        if found is None:
            raise TourFailed("no supplier was shown")
        if any(found[1] in _text(one) for one in self._everybodys()):
            raise TourFailed("the channel was told the supplier's name")
        self._close()

    def _talk(self) -> None:
        answer = self._ask("are budgets backed up?", "Budgets are backed up", directly=True)
        self._ask(
            "and how would they come back?", "A restore does not write this", directly=True, below=answer.ts
        )

    def _settings(self) -> None:
        settings = self._command("settings", "Daily digest")
        self._slack.click(ANA, FINANCE, settings, ids.CHANGE_SCHEDULE)
        self._form("When do backups run?")
        self._say("(Ana chooses “At times of our own”, 13:30 and 2am, and saves)\n")
        self._submit({"when": {"when_input": "chosen"}, "times": {"times_input": "13:30, 2am"}})
        self._await("the channel hears of it", "backups now run at 02:00 and 13:30 every day")

    def _home(self) -> None:
        self._slack.open_home(ANA)
        home = self._until("Home was drawn", lambda: self._slack.home(ANA))
        shown = as_text(dict(home.view))
        if f"{ORGANISATION} · ✅ Fine" not in shown:
            raise TourFailed(f"Home does not say how {ORGANISATION} stands")
        self._say(f"(on Ana's Home)\n{self._named(shown)}\n")

    def _export(self) -> None:
        self._command("export", "I am making an export")
        ready = self._until("the link comes", lambda: self._newest(self._direct(), "Export ready"))
        self._show(ready, "(in Ana's messages from Ledgerkeep)", without=_FILE)
        link = _FILE.search(_drawn(ready))
        if link is None:
            raise TourFailed("no link to a file was sent")
        with zipfile.ZipFile(io.BytesIO(self._browser.file(link.group()))) as archive:
            self._say(f"    fetched: {len(archive.namelist())} files, manifest.json among them")
            archive.getinfo("manifest.json")
        again = self._browser.page(link.group())
        self._say(f"(the same link once more)\n{again}\n")
        if "has been used" not in again and "is being fetched" not in again:
            raise TourFailed("the link worked twice")

    def _back_up_with_a_gap(self) -> None:
        self._say("(from here on the pretend Xero hands out an empty list of quotes)\n")
        self._demo.xero.faults.add("empty_list", path=QUOTES, times=0)
        try:
            self._command("now")
            self._await("a summary tells the gap", "Complete with gaps: backup of")
        finally:
            self._demo.xero.faults.clear()

    def _status(self) -> None:
        self._command("status", "⚠️ Warning")
        self._command("history", "#3")

    def _export_as_files(self) -> None:
        with tempfile.TemporaryDirectory(prefix="ledgerkeep-tour-") as folder:
            out = Path(folder) / "export"
            self._cli("export", ORGANISATION, "--to", str(out))
            for name in ("quotes.jsonl", "invoices.jsonl", "contacts.jsonl"):
                with (out / name).open(encoding="utf-8") as lines:
                    self._say(f"    {name}: {sum(1 for _ in lines):,} records")

    def _refused(self) -> None:
        before = len(self._slack.messages(FINANCE, BEN))
        self._slack.click(BEN, FINANCE, self._posted("Connected: "), ids.DISCONNECT)
        told = self._until("a click is answered", lambda: self._slack.messages(FINANCE, BEN)[before:])[-1]
        if "Only workspace admins may" not in _text(told):
            raise TourFailed("Ben, who is no admin, was not refused")
        self._show(told, "(only Ben sees this)")

    def _disconnect(self) -> None:
        self._slack.click(ANA, FINANCE, self._posted("Connected: "), ids.DISCONNECT)
        self._form("Disconnect")
        self._submit({ids.COPIES_BLOCK: {ids.COPIES_ACTION: ids.COPIES_KEEP}})
        self._await("the channel hears of it", f"Disconnected: {ORGANISATION}")

    def _command(self, text: str, words: str = "") -> Message:
        """Type a command and show its answer, which may come a moment after the first one."""
        self._say(f"Ana types: /backup {text}\n")
        before = len(self._slack.messages(FINANCE, ANA))
        answer: Answer = self._slack.command(ANA, FINANCE, text)
        if not answer.ok or answer.message is None:
            raise TourFailed(f"/backup {text} was not answered: {answer.error}")

        def found() -> Message | None:
            mine = [one for one in self._slack.messages(FINANCE, ANA)[before:] if one.only_for == ANA]
            return next((one for one in mine if words in _text(one)), None)

        shown = self._until(f"/backup {text} says {words!r}", found)
        self._show(shown, "(only Ana sees this)")
        return shown

    def _ask(self, question: str, words: str, *, directly: bool = False, below: str | None = None) -> Message:
        """Ask in one's own words; the answer comes where it was asked."""
        place = self._direct() if directly else FINANCE
        where = "in the thread" if below else "to Ledgerkeep" if directly else "in #finance"
        self._say(f"Ana writes {where}: {'' if directly else '@ledgerkeep '}{question}\n")
        if directly:
            self._slack.direct(ANA, question, below)
        else:
            self._slack.mention(ANA, place, question)
        answer = self._until(f"an answer says {words!r}", lambda: self._newest(place, words))
        self._show(answer, "(in Ana's messages from Ledgerkeep)" if directly else "(in the thread)")
        return answer

    def _direct(self) -> str:
        return self._slack.workspace.direct(ANA, self._slack.app.user_id).id

    def _form(self, words: str) -> str:
        """Wait until the form that is open for Ana holds the words, and show it."""

        def found() -> str | None:
            form = self._slack.open_modal(ANA)
            drawn = as_text(dict(form.view)) if form else ""
            return drawn if words in drawn else None

        shown = self._until(f"a form shows {words!r}", found)
        self._say(f"(a form opens for Ana)\n{self._named(shown)}\n")
        return shown

    def _submit(self, values: dict[str, Any]) -> None:
        form = self._slack.open_modal(ANA)
        answer = self._slack.submit(ANA, form.id, values) if form else None
        if answer is None or not answer.ok:
            raise TourFailed(f"the form was not taken: {answer.field_errors if answer else 'it is closed'}")

    def _close(self) -> None:
        if (form := self._slack.open_modal(ANA)) is not None:
            self._slack.close_modal(ANA, form.id)

    def _cli(self, *words: str) -> None:
        shown = " ".join(f'"{word}"' if " " in word else word for word in words)
        self._say(f"$ ledgerkeep {shown}")
        done = run_beside(words, self._demo.environment, seconds=PATIENCE_SECONDS)
        self._say(done.stdout)
        if done.returncode:
            raise TourFailed(
                f"`ledgerkeep {shown}` ended with {done.returncode}: {done.stderr.strip()[-300:]}"
            )

    def _posted(self, words: str) -> Message:
        """Give the newest message to everybody that holds the words."""
        found = [one for one in self._everybodys() if words in _text(one)]
        if not found:
            raise TourFailed(f"no message says {words!r}")
        return found[-1]

    def _everybodys(self) -> list[Message]:
        return [one for one in self._slack.messages(FINANCE) if one.only_for is None]

    def _newest(self, place: str, words: str) -> Message | None:
        """Give the newest message that holds the words and was not shown yet, as it stands now."""
        seen: Sequence[Message] = self._everybodys() if place == FINANCE else self._slack.messages(place, ANA)
        fitting = [one for one in seen if words in _text(one) and one.author != ANA]
        return next((one for one in reversed(fitting) if (one.ts, one.text) not in self._shown), None)

    def _await(self, what: str, words: str) -> Message:
        """Wait until a new message in the channel holds the words, and show it."""
        found = self._until(what, lambda: self._newest(FINANCE, words))
        self._show(found, "(posted in #finance)")
        return found

    def _until(self, what: str, look: Callable[[], Found | None]) -> Found:
        """Look until something is there; raises TourFailed when it does not come."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            if found := look():
                return found
            time.sleep(0.05)
        raise TourFailed(f"waited {PATIENCE_SECONDS:.0f} s until {what}")

    def _show(self, message: Message, where: str, *, without: re.Pattern[str] | None = None) -> None:
        self._shown.add((message.ts, message.text))
        shown = self._named(_text(message))
        self._say(f"{where}\n{without.sub('…', shown) if without else shown}\n")

    def _named(self, text: str) -> str:
        """Put names where Slack would show them."""
        workspace = self._slack.workspace
        names = {f"@{one.id}": f"@{one.name}" for one in workspace.people.values()}
        names |= {f"#{one.id}": f"#{one.name}" for one in workspace.channels.values()}
        return _IDS.sub(lambda match: names.get(match.group(), match.group()), text)


def _text(message: Message) -> str:
    return as_text({"text": message.text, "blocks": [dict(block) for block in message.blocks]})


def _drawn(message: Message) -> str:
    return json.dumps([dict(block) for block in message.blocks])
