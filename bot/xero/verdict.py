"""What an answer that is no success means. Pure: one answer in, one error out.

It quotes a body only where Xero refuses a whole kind of write.

Shapes are those developers have met and published: a 401 or 403 carries `Detail`, a 503 may be plain text, an
outage may be HTML, a 404 need not be JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from bot.errors import (
    LedgerkeepError,
    OrganisationGone,
    OutcomeUnknown,
    ReadRefused,
    RefusalKind,
    WriteNotAllowed,
    WriteRefused,
    XeroBusy,
    XeroUnavailable,
)
from bot.xero.http import Answer

_REACH = 4096  # bytes of a body in which its reason is looked for
_HIGH_VOLUME = re.compile(rb"high[ -]?volume|too many|threshold", re.IGNORECASE)
_BY_ROLE = re.compile(r"/(Reports|Journals|ManualJournals)\b")
# The other APIs: no plan for projects, say. Whether the organisation is still connected, accounting tells.
_BESIDE = re.compile(r"/(files|assets|projects|payroll)\.xro/")
_ABOUT_RECORDS = frozenset({200, 201, 204, 501})
_IN_BETWEEN = frozenset({408, 409, 429})  # a time-out, the same key at work: it may be done yet
_QUOTED = 200  # characters of them
_SPOKEN = ("Detail", "Message", "Title")
_JOURNALS = re.compile(r"/Journals\b")


def is_success(answer: Answer) -> bool:
    """Say whether the answer is data; 304 is "nothing new" (seen once, though Xero documents 200)."""
    return answer.status in {200, 204, 304}


def token_may_be_old(answer: Answer) -> bool:
    """Say whether a 401 could be mended by a fresh token: all but the one that speaks of missing rights."""
    return answer.status == 401 and not _says(answer, b"AuthorizationUnsuccessful")


def error_of(answer: Answer) -> LedgerkeepError:
    """Name what an unsuccessful answer means."""
    known = _BY_STATUS.get(answer.status)
    if known:
        return known(answer)
    if answer.status in {404, 410, 501}:
        return ReadRefused(
            RefusalKind.NOT_FOUND, "Xero has no such data for this organisation.", answer.status
        )
    if answer.status == 429:
        return XeroBusy("Xero keeps asking to wait.")
    if 400 <= answer.status < 500 and answer.status != 408:
        return ReadRefused(
            RefusalKind.INVALID, "Xero did not accept how this data was asked for.", answer.status
        )
    return _of_5xx(answer)


def trouble_of_write(answer: Answer) -> LedgerkeepError | None:
    """Name what an answer to a write means, or give None where it speaks of the records that were sent.

    A 400 or 404 speaks of them; 401 and 403 do not; after a 5xx, a redirect or a page, nobody knows.
    """
    status = answer.status
    if status == 401:
        return WriteNotAllowed("The consent does not include writing this data.")
    if status == 403:
        known = _of_403(answer)
        return (
            WriteRefused(f"The person who connected may not write this in Xero{_words(answer)}.")
            if isinstance(known, ReadRefused)
            else known
        )
    if status in _ABOUT_RECORDS or (400 <= status < 500 and status not in _IN_BETWEEN):
        return None
    return OutcomeUnknown(str(_of_5xx(answer)), _retry_after(answer))


def _words(answer: Answer) -> str:
    """Quote Xero's own words for a refusal of a whole write, which speak of no record."""
    try:
        said = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        return ""
    found = (said.get(key) for key in _SPOKEN) if isinstance(said, dict) else ()
    words = next((one for one in found if isinstance(one, str) and one), "")[:_QUOTED]
    return f" (it says: “{words}”)" if words else ""


def _retry_after(answer: Answer) -> float | None:
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isdigit() else None


def _of_400(answer: Answer) -> ReadRefused:
    if _HIGH_VOLUME.search(answer.body, 0, _REACH):
        sentence = "Xero refuses to list so many records at once."
        return ReadRefused(RefusalKind.TOO_MANY, sentence, 400)
    return ReadRefused(RefusalKind.INVALID, "Xero did not accept how this data was asked for.", 400)


def _of_401(answer: Answer) -> ReadRefused:
    if _JOURNALS.search(answer.url):
        sentence = "Xero hands out the general ledger only to apps of its Advanced tier."
        return ReadRefused(RefusalKind.TIER, sentence, 401)
    return ReadRefused(RefusalKind.SCOPE, "The consent does not include this data.", 401)


def _of_403(answer: Answer) -> LedgerkeepError:
    if _BY_ROLE.search(answer.url) or _BESIDE.search(answer.url):
        return ReadRefused(RefusalKind.ROLE, "The person who connected may not see this in Xero.", 403)
    if _says(answer, b"AuthenticationUnsuccessful"):
        return OrganisationGone("This organisation is no longer connected to Ledgerkeep in Xero.")
    if not _is_json(answer):
        return XeroUnavailable("Xero answered something that is not its API.")
    return ReadRefused(RefusalKind.ROLE, "The person who connected may not see this in Xero.", 403)


def _of_5xx(answer: Answer) -> XeroUnavailable:
    if _says(answer, b"offline for maintenance"):
        return XeroUnavailable("Xero is offline for maintenance.")
    if answer.status == 503 and _says(answer, b"organisation"):
        return XeroUnavailable("Xero says that this organisation is offline for now.")
    if 300 <= answer.status < 400:
        return XeroUnavailable("Xero answered something that is not its API.")
    return XeroUnavailable("Xero does not work at the moment.")


_BY_STATUS: dict[int, Callable[[Answer], LedgerkeepError]] = {400: _of_400, 401: _of_401, 403: _of_403}


def _says(answer: Answer, words: bytes) -> bool:
    return words.lower() in answer.body[:_REACH].lower()


def _is_json(answer: Answer) -> bool:
    return answer.body.lstrip()[:1] in {b"{", b"["}
