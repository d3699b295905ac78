"""What hangs below a record's path: options, members, allocations, notes, attachments, the mail.

One entry says which collections have it and which verbs; the work is done in the modules named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.xero.collections import Collection
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing import allocations, attachments, groups, mail, notes, tracking
from bot.sandbox.xero.writing.refusals import Absent

# A plural and its records, a bare object, or nothing (204).
Answer = tuple[str, list[Fields]] | Fields | None
Write = Callable[[PretendOrganisation, Collection, Record, list[str]], Answer]


def _absent() -> None:
    raise Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """One thing below a record; `missing` says what an unknown record is answered with."""

    parents: frozenset[str]
    verbs: tuple[str, ...]
    write: Write
    scope: str = ""
    missing: Callable[[], None] = _absent


BELOW: dict[str, Below] = {
    "allocations": Below(
        parents=frozenset({"CreditNotes", "Prepayments", "Overpayments"}),
        verbs=("PUT", "DELETE"),
        write=allocations.write,
    ),
    "contacts": Below(
        parents=frozenset({"ContactGroups"}), verbs=("PUT", "DELETE"), write=groups.write_members
    ),
    "history": Below(
        parents=notes.PARENTS,
        verbs=("PUT",),
        write=notes.write,
        missing=notes.missing,
    ),
    "attachments": Below(
        parents=attachments.PARENTS,
        verbs=("PUT", "POST"),
        write=attachments.write,
        scope="accounting.attachments",
    ),
    "email": Below(parents=frozenset({"Invoices"}), verbs=("POST",), write=mail.write),
    "options": Below(
        parents=frozenset({"TrackingCategories"}),
        verbs=("PUT", "POST", "DELETE"),
        write=tracking.write_option,
    ),
}
