"""History: where the copy has it, one note a record quotes the old entries.

Facts (developer.xero.com/documentation/api/accounting/historyandnotes): notes are added and never changed, by
nobody in particular and dated now, at most 2,500 characters each. Backups do not read history yet: without
records of it in the copy nothing is planned. A record is what Xero answers for one parent, under that
parent's id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.model import IdMap, Json, Kind, Pair, Phase, Planner, Reason, Settle, Step

LONGEST = 2500
_MARK = "[restored]"
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
    return [one for one in record.get("HistoryRecords") or () if one.get("Details") or one.get("Changes")]


def _line(entry: Mapping[str, Any]) -> str:
    day, person = str(entry.get("DateUTCString") or "")[:10], str(entry.get("User") or "")
    what = ": ".join(str(entry[field]) for field in ("Changes", "Details") if entry.get(field))
    who = " ".join(part for part in (day, person) if part)
    return " ".join((f"{who}: {what}" if who else what).split())


def _planner(resource: str) -> Planner:
    def plan(ground: Ground) -> Iterator[Step]:
        if not (ground.is_chosen("history") and ground.choice.history_notes):
            return
        for record_id, _ in ground.source.raw_records("history"):
            fate = ground.fate(resource, record_id)
            made = fate is not None and fate.action in {Action.CREATE, Action.CHANGE}
            if made and _entries(ground.source.record("history", record_id)):
                yield Step(
                    kind=f"history_of_{resource}",
                    record_id=record_id,
                    action=Action.CHANGE,
                    parent=record_id,
                    reasons=(DIGEST.key,),
                    phase=Phase.CLOSING,
                )

    return plan


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


NOTE_KINDS: tuple[Kind, ...] = tuple(_kind(key, *where) for key, where in _PARENTS.items())
HISTORY_NOTES = NOTE_KINDS[0]
