"""History: where the copy has it, one note a record quotes the old entries.

Facts (developer.xero.com/documentation/api/accounting/historyandnotes): notes are added and never changed, by
nobody in particular and dated now, at most 2,500 characters each. Each costs a call, so they are written
only where that was chosen. A record of the copy is the list of one record's entries, under
"<resource>/<id>".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.lines import iso_date
from bot.restore.model import IdMap, Json, Kind, NotMapped, Pair, Phase, Planner, Reason, Settle, Step
from bot.restore.source import ENTRIES

LONGEST = 2500
_MARK = "[restored]"
_EMPTY = len("[]")
_NOTED = "history"  # in Ground.notes
_MADE = frozenset({Action.CREATE, Action.CHANGE})
_DIGITS = 12  # of the number in it
_MORE = "\n… and {count:,} older entries in the backup"
_PARENTS = {
    "invoices": ("Invoices", "accounting.invoices"),
    "credit_notes": ("CreditNotes", "accounting.invoices"),
    "purchase_orders": ("PurchaseOrders", "accounting.invoices"),
    "quotes": ("Quotes", "accounting.invoices"),
    "repeating_invoices": ("RepeatingInvoices", "accounting.invoices"),
    "items": ("Items", "accounting.settings"),
    "contacts": ("Contacts", "accounting.contacts"),
    "bank_transactions": ("BankTransactions", "accounting.banktransactions"),
    "bank_transfers": ("BankTransfers", "accounting.banktransactions"),
    "prepayments": ("Prepayments", "accounting.banktransactions"),
    "overpayments": ("Overpayments", "accounting.banktransactions"),
    "payments": ("Payments", "accounting.payments"),
    "batch_payments": ("BatchPayments", "accounting.payments"),
    "manual_journals": ("ManualJournals", "accounting.manualjournals"),
}

DIGEST = Reason(
    key="history.digest",
    sentence="The history comes back as one note that quotes it, dated on the day of the restore.",
    instead="The copy holds every entry with its date and person.",
    fields=("HistoryRecords",),
    weight=78,
)

NOT_CHOSEN = Reason(
    key="history.not_chosen",
    sentence="History and notes stay in the copy: quoting them on the restored records was not chosen.",
    instead="The copy and its export hold every entry with its date and person.",
    fields=("HistoryRecords",),
    weight=79,
)
NO_RECORD = Reason(
    key="history.no_record",
    sentence="These records are not created anew, so no note that quotes their history is written on them.",
    instead="The copy and its export hold every entry with its date and person.",
    weight=89,
)


def digest(entries: Iterable[Mapping[str, Any]]) -> str:
    """Quote the entries, newest first as Xero gives them, as far as a note holds them."""
    lines = [_line(one) for one in entries]
    text, quoted = _MARK, 0
    for line in lines:
        room = LONGEST - len(text) - len(_MORE) - _DIGITS
        if len(line) >= room and quoted:
            break
        text += ("\n" if quoted else " ") + (line if len(line) < room else f"{line[: room - 2]}…")
        quoted += 1
    return text if quoted == len(lines) else text + _MORE.format(count=len(lines) - quoted)


def payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Send the digest."""
    del step, ids
    return {"Details": digest(_entries(record))}


def learn_nothing(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterable[Pair]:
    """A note has no id."""
    del step, record, answer
    return ()


def _entries(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in record.get(ENTRIES) or () if one.get("Details") or one.get("Changes")]


def _line(entry: Mapping[str, Any]) -> str:
    day, person = iso_date(entry, "DateUTC"), str(entry.get("User") or "")
    what = ": ".join(str(entry[field]) for field in ("Changes", "Details") if entry.get(field))
    who = " ".join(part for part in (day, person) if part)
    return " ".join((f"{who}: {what}" if who else what).split())


def _planner(resource: str) -> Planner:
    def plan(ground: Ground) -> Iterator[Step]:
        if _is_wanted(ground):
            yield from _planned(ground).get(resource, ())

    return plan


def plan_left(ground: Ground) -> Iterator[Step]:
    """Say of how many records the history stays in the copy."""
    if not ground.is_chosen("history"):
        return
    noted = sum(map(len, _planned(ground).values())) if _is_wanted(ground) else 0
    left = sum(1 for _ in _held(ground)) - noted
    if left:
        yield Step(
            kind="history",
            record_id="history",
            action=Action.LEAVE_OUT,
            part=str(left),
            name=str(left),
            reasons=((NO_RECORD if _is_wanted(ground) else NOT_CHOSEN).key,),
            phase=Phase.CLOSING,
        )


def _is_wanted(ground: Ground) -> bool:
    return ground.is_chosen("history") and ground.choice.history_notes


def _held(ground: Ground) -> Iterator[str]:
    """Yield the ids of the records whose history is in the copy and not empty; reads none of it."""
    return (key for key, length in ground.source.lengths("history") if length > _EMPTY)


def _planned(ground: Ground) -> Mapping[str, list[Step]]:
    """Plan the notes once, by the resource of their records."""
    found: dict[str, list[Step]] | None = ground.notes.get(_NOTED)
    if found is None:
        found = ground.notes[_NOTED] = {}
        for key in _held(ground):
            resource, _, parent = key.partition("/")
            fate = ground.fate(resource, parent)
            if resource in _PARENTS and fate is not None and fate.action in _MADE:
                found.setdefault(resource, []).append(_step(key, resource, parent))
    return found


def _step(key: str, resource: str, parent: str) -> Step:
    return Step(
        kind=f"history_of_{resource}",
        record_id=key,
        action=Action.CHANGE,
        parent=parent,
        reasons=(DIGEST.key,),
        phase=Phase.CLOSING,
    )


def _likeness(row: Mapping[str, Any]) -> str:
    return " ".join(str(row.get("Details") or "").split())


def _kind(resource: str, path: str, write_scope: str) -> Kind:
    below = f"{path}/{{parent}}/History"
    return Kind(
        key=f"history_of_{resource}",
        resource="history",
        title="History and notes",
        stage=210,
        verb="PUT",
        path=below,
        collection="HistoryRecords",
        id_field="HistoryRecordID",
        plan=_planner(resource),
        payload=payload,
        write_scope=write_scope,
        batch=1,
        params={},
        parent_resource=resource,
        learn=learn_nothing,
        settle=Settle(path=below, collection="HistoryRecords", likeness=_likeness),
        reasons=(DIGEST,),
    )


def _nothing(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    del record, ids
    raise NotMapped("history", step.record_id)


NOTE_KINDS: tuple[Kind, ...] = tuple(_kind(key, *where) for key, where in _PARENTS.items())
HISTORY_LEFT = Kind(
    key="history",
    resource="history",
    title="History and notes",
    stage=211,
    verb="PUT",
    path="History",
    collection="HistoryRecords",
    id_field="HistoryRecordID",
    plan=plan_left,
    payload=_nothing,  # no step of this kind writes
    write_scope="",
    batch=1,
    params={},
    reasons=(NOT_CHOSEN, NO_RECORD),
)
