"""Steps of the tour: a restore is asked for, refused, permitted, approved by a second person, compared."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

from bot.demo import BY_HAND, NIGHT
from bot.sandbox.slack import Message
from bot.sandbox.slack.people import Json
from bot.touring.visit import ANA, FINANCE, NORA, ORGANISATION, TourFailed, Visit, text_of
from bot.views import ids

FOREIGN, NEW = "Kererū Coffee Roasters", "Harbour Books Ltd (new)"
WHY = "A rehearsal: the auditors asked whether the copies can be used"
LEAST_RECORDS = 2_500
WRITING_SECONDS = 150.0
ENDED = "Restored and compared"
NO_PLACE = "No organisation here can be written to"
_SHEET = re.compile(r'<sheet name="([^"]+)"')


class Restores:
    """Ana asks, Nora approves; what is written is looked at in the pretend Xero itself."""

    def __init__(self, visit: Visit) -> None:
        self._visit, self._xero = visit, visit.demo.xero

    def elsewhere(self) -> None:
        """Ask for a restore into another region: the form names it, says why not, and takes nothing."""
        visit = self._visit
        self._connect("nz", FOREIGN)
        self._open_form(NO_PLACE)
        shown = visit.form("Cannot be written to")
        if f"• {FOREIGN}: " not in shown:
            raise TourFailed(f"the form does not say why {FOREIGN} cannot be written to")
        visit.say("(Ana presses “Make the plan” all the same)\n")
        visit.refused({ids.RESTORE_REASON: {ids.RESTORE_REASON: WHY}}, "link a new and empty one first")
        visit.close()
        if any(f"restore {ORGANISATION}" in text_of(one) for one in visit.everybodys()):
            raise TourFailed("something was asked for in the channel")

    def prepare(self) -> None:
        """Link a new organisation, and do in Xero what Xero lets no app do."""
        self._connect("fresh-uk", NEW)
        self._visit.say(f"(Ana presses “{BY_HAND}”, which a person would do in Xero)\n")
        self._visit.demo.do_by_hand()

    def request(self) -> None:
        """Ask for it; it waits, because so far the new organisation may only be read."""
        visit = self._visit
        self._open_form("Into which organisation?")
        visit.say("(Ana chooses the copy of the night, which had no gap, and the new organisation)\n")
        visit.submit(
            self._chosen(_newest_without_gaps)
            | self._chosen(_named(NEW))
            | {ids.RESTORE_REASON: {ids.RESTORE_REASON: WHY}}
        )
        visit.wait("the channel hears of the request", f"Permission needed: restore {ORGANISATION}")

    def permit(self) -> None:
        """Let it be written to, the new organisation alone; then the plan is made by itself."""
        visit = self._visit
        visit.form("before a plan can be made")
        visit.consent(json.dumps(visit.drawn()), "fresh-uk")
        visit.close()
        asked = text_of(visit.wait("the plan is made", f"Waits for approval: restore {ORGANISATION}"))
        if "Approve restore" in asked:
            raise TourFailed("the request itself offers to approve it")
        if self._xero.writes:
            raise TourFailed("something was written before anybody approved")

    def own(self) -> None:
        """Look at the plan as who asked for it: there is no way to approve it."""
        visit = self._visit
        visit.slack.click(ANA, FINANCE, self._message("Waits for approval"), ids.REVIEW_PLAN)
        visit.form("You asked for this restore, so another person must approve it.")
        if "submit" in visit.drawn():
            raise TourFailed("Ana could approve what she asked for")
        visit.close()

    def approve(self) -> None:
        """Approve it as a second person, who has to type where it is written to."""
        visit = self._visit
        visit.slack.click(NORA, FINANCE, self._message("Waits for approval"), ids.REVIEW_PLAN)
        visit.form("To approve, type the name", NORA)
        visit.say(f"(Nora types “{ORGANISATION}” and presses “Approve restore”)\n")
        visit.refused(_typed(ORGANISATION), "This is not the target's name", NORA)
        if self._xero.writes:
            raise TourFailed("something was written although the name was wrong")
        visit.say(f"(Nora types “{NEW}”)\n")
        visit.submit(_typed(NEW), NORA)
        visit.close(NORA)
        visit.wait("the writing begins", "⏳ Restoring")

    def compare(self) -> None:
        """Wait until everything is written, read back and compared; look in Xero what was done there."""
        visit = self._visit
        told = visit.until("it ends", self._ended, seconds=WRITING_SECONDS)
        visit.show(told, "(posted in #finance)")
        if ENDED not in text_of(told):
            raise TourFailed(f"it did not end as “{ENDED}”")
        target = self._xero.organisation("fresh-uk")
        if not target.writes or len(target.writes) != len(self._xero.writes):
            raise TourFailed("an organisation other than the new one was written to")
        if any(one.mailed for one in self._xero.organisations.values()):
            raise TourFailed("the pretend Xero was asked to send mail")
        visit.say(
            f"(the pretend Xero: {len(target.writes)} calls wrote to {NEW}, none elsewhere; no mail sent)\n"
        )
        if f"Approved by @{NORA}" not in text_of(told):
            raise TourFailed("the message does not say who approved")

    def report(self) -> None:
        """Open the workbook that came to who asked and who approved, and to no channel."""
        visit = self._visit
        for user in (ANA, NORA):
            file = visit.until("the report comes", lambda user=user: self._file(user))  # type: ignore[misc]
            with zipfile.ZipFile(io.BytesIO(file)) as book:
                sheets = _SHEET.findall(book.read("xl/workbook.xml").decode())
            visit.say(f"(in {visit.first_name(user)}'s messages: a workbook, sheets {', '.join(sheets)})\n")
        if any(one.files for one in visit.slack.messages(FINANCE)):
            raise TourFailed("the channel was given the report")

    def listed(self) -> None:
        """List restores from the command line."""
        (one,) = json.loads(self._visit.cli("restores", "--json"))["restores"]
        if one["progress"]["done"] < LEAST_RECORDS:
            raise TourFailed(f"only {one['progress']['done']:,} records were written")

    def digest(self) -> None:
        """Let another night pass: the digest tells what came of it."""
        self._visit.say(f"(Ana presses “{NIGHT}”)\n")
        self._visit.demo.let_a_night_pass()
        told = text_of(self._visit.wait("the digest comes", "next digest"))
        if f"into {NEW}" not in told:
            raise TourFailed("the digest does not tell of the restore")

    def _connect(self, key: str, name: str) -> None:
        visit = self._visit
        answer = visit.command("connect")
        visit.consent(json.dumps([dict(block) for block in answer.blocks]), key)
        visit.wait(f"the channel hears of {name}", f"Connected: {name}")

    def _open_form(self, words: str) -> None:
        self._visit.type(f"restore {ORGANISATION}")
        self._visit.form(words)

    def _message(self, words: str) -> Message:
        return self._visit.posted(f"{words}: restore {ORGANISATION}")

    def _ended(self) -> Message | None:
        """Give the message of the restore once it is neither waiting nor at work."""
        newest = self._visit.posted(f"{ORGANISATION} → {NEW}")
        at_work = ("🧾", "✅ Approved", "⏳")
        return None if text_of(newest).lstrip("= ").startswith(at_work) else newest

    def _chosen(self, wanted: Any) -> dict[str, dict[str, object]]:
        """Choose an option of the form that is open."""
        for block in self._visit.drawn()["blocks"]:
            element: Json = block.get("element") or {}
            for option in element.get("options", ()):
                if wanted(block, option):
                    return {block["block_id"]: {element["action_id"]: option["value"]}}
        raise TourFailed("the form does not offer what Ana wants to choose")

    def _file(self, user: str) -> bytes | None:
        sent = self._visit.slack.messages(self._visit.direct(user), user)
        return next((file.content for one in sent for file in one.files if file.name.endswith(".xlsx")), None)


def _newest_without_gaps(block: Json, option: Json) -> bool:
    """Say whether an option is a copy without gaps; the newest comes first."""
    is_copy = str(block["block_id"]).startswith(ids.RESTORE_SNAPSHOT)
    return is_copy and "gap" not in option["text"]["text"]


def _named(name: str) -> Any:
    """Give what finds the organisation of that name among those to write to."""
    return lambda block, option: (
        str(block["block_id"]).startswith(ids.RESTORE_TARGET) and option["text"]["text"] == name
    )


def _typed(name: str) -> dict[str, dict[str, str]]:
    return {ids.TYPED_NAME_BLOCK: {ids.TYPED_NAME_ACTION: name}}
