"""What documents share in a restore: whether all they name will be there, how lines are sent, what is learnt.

Pure: reads records and fates, never Xero. It never sends a LineAmount (see `reckoning.py`) nor a contact's
name: more than a ContactID inside a document would change the contact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.restore.ground import Ground
from bot.restore.kinds.document_reasons import REASONS
from bot.restore.kinds.reckoning import is_text, money, number, priced
from bot.restore.model import IdMap, Json, Pair, Phase, Step

__all__ = [
    "REASONS",
    "Judged",
    "account_of",
    "account_payload",
    "heading",
    "is_control",
    "is_early",
    "is_ended",
    "is_live",
    "is_text",
    "iso_date",
    "judge",
    "learn_lines",
    "line_payloads",
    "money",
    "number",
    "takes_discounts",
    "tracking_payload",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICKS = re.compile(r"^/Date\((-?\d+)(?:[+-]\d{4})?\)/$")
_ENDED = frozenset({"VOIDED", "DELETED"})
# Xero takes lines on these from itself only ("Account code '...' is not a valid code for this document.").
_CONTROL = frozenset({"DEBTORS", "CREDITORS"})
_IDS = (
    ("InvoiceID", "invoices"),
    ("CreditNoteID", "credit_notes"),
    ("BankTransactionID", "bank_transactions"),
    ("PrepaymentID", "prepayments"),
    ("OverpaymentID", "overpayments"),
    ("PurchaseOrderID", "purchase_orders"),
    ("QuoteID", "quotes"),
    ("RepeatingInvoiceID", "repeating_invoices"),
    ("ManualJournalID", "manual_journals"),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the plan can say of a document: when it is written, what changes in it, what stands in its way."""

    phase: Phase
    reasons: tuple[str, ...]
    blocked: tuple[str, ...]


def judge(
    ground: Ground, record: Mapping[str, Any], *, lines: Sequence[Mapping[str, Any]], live: bool
) -> Judged:
    """Judge a document by the fates of all it names; `live` False is a draft, which needs less."""
    blocked, reasons = set(_missing(ground, record)), set[str]()
    if (theme := record.get("BrandingThemeID")) and not ground.will_exist("branding_themes", str(theme)):
        reasons.add("changed.theme")
    phase = ground.phase_of_tracking(frozenset(option for line in lines for option in _options(line)))
    # The line of an overpayment is on receivables or payables, put there by Xero.
    control_too = str(record.get("Type", "")).endswith("OVERPAYMENT")
    discounts = takes_discounts(record)
    for line in lines:
        if live:
            blocked.update(_obstacles(ground, line, control_too=control_too))
        else:
            reasons.update(_losses(ground, line))
        reasons.update(_changes(ground, line, phase, discounts=discounts))
    return Judged(phase, tuple(sorted(reasons)), tuple(sorted(blocked)))


def takes_discounts(record: Mapping[str, Any]) -> bool:
    """Say whether Xero takes discounts: on sales invoices, and on orders and quotes, which have no Type."""
    return str(record.get("Type", "ACCREC")) == "ACCREC"


def is_live(status: str) -> bool:
    """Say whether a document of this status is complete: neither a draft nor voided nor deleted.

    SUBMITTED counts as complete; so do PAID and the later statuses of orders and quotes.
    """
    return status not in _ENDED and status not in {"DRAFT", ""}


def is_ended(status: str) -> bool:
    """Say whether a document is voided or deleted."""
    return status in _ENDED


def iso_date(record: Mapping[str, Any], field: str) -> str:
    """Give a business date as "2026-03-01", "" when absent; Xero sends midnight UTC of the day meant."""
    text = str(record.get(f"{field}String") or record.get(field) or "")
    if found := _TICKS.match(text):
        return (_EPOCH + timedelta(milliseconds=int(found.group(1)))).date().isoformat()
    return text[:10]


def heading(record: Mapping[str, Any], ids: IdMap) -> Json:
    """Build what all documents with a contact have at their head; raises NotMapped without the contact."""
    found: Json = {
        "Contact": {"ContactID": ids.need("contacts", str(record["Contact"]["ContactID"]))},
        "LineAmountTypes": record.get("LineAmountTypes", "Exclusive"),
    }
    if day := iso_date(record, "Date"):
        found["Date"] = day
    found |= {field: record[field] for field in ("CurrencyCode", "CurrencyRate") if record.get(field)}
    if theme := ids.find("branding_themes", str(record.get("BrandingThemeID", ""))):
        found["BrandingThemeID"] = theme
    return found


def line_payloads(
    lines: Iterable[Mapping[str, Any]],
    ids: IdMap,
    *,
    tax_amounts: bool = True,
    discounts: bool = True,
    line_ids: bool = False,
    live: bool = True,
) -> list[Json]:
    """Build what is sent for each line; raises NotMapped where a live document would lose account or tax.

    `discounts` False turns a discount into a lower price; `line_ids` names the target's lines, for updates.
    """
    return [
        _payload(line, ids, tax_amounts=tax_amounts, discounts=discounts, line_ids=line_ids, live=live)
        for line in lines
    ]


def tracking_payload(line: Mapping[str, Any], ids: IdMap) -> list[Json]:
    """Give the tracking of one line as ids of the target, without options it does not have."""
    found: list[Json] = []
    for one in line.get("Tracking") or ():
        category = ids.find("tracking_categories", str(one.get("TrackingCategoryID", "")))
        option = ids.find("tracking_options", str(one.get("TrackingOptionID", "")))
        if category and option:
            found.append({"TrackingCategoryID": category, "TrackingOptionID": option})
    return found


def account_payload(line: Mapping[str, Any], ids: IdMap, *, live: bool = True) -> Json:
    """Name a line's account as the target does, by code, or by id where it has none; raises NotMapped."""
    account, code = str(line.get("AccountID") or ""), str(line.get("AccountCode") or "")
    if code and (found := ids.find("account_codes", code)):
        return {"AccountCode": found}
    if account and (found := ids.find("accounts", account)):
        return {"AccountID": found}
    if live and code:
        ids.need("account_codes", code)
    if live and account:
        ids.need("accounts", account)
    return {}


def account_of(ground: Ground, line: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Find the copy's account of a line, by id or else by code; None where the copy has none such."""
    known: dict[str, Mapping[str, Any]] | None = ground.notes.get("lines.accounts")
    if known is None:
        known = {}
        for one in ground.records("accounts"):
            known |= {f"#{one.get('Code') or ''}": one, str(one.get("AccountID", "")).lower(): one}
        ground.notes["lines.accounts"] = known
    account, code = str(line.get("AccountID") or "").lower(), str(line.get("AccountCode") or "")
    return known.get(account) or (known.get(f"#{code}") if code else None)


def is_early(ground: Ground, option: str) -> bool:
    """Say whether documents of phase FIRST can have a tracking option: it is made for them, or for all."""
    return any(option in ground.notes.get(note, ()) for note in ("tracking_first", "tracking_both"))


def is_control(account: Mapping[str, Any]) -> bool:
    """Say whether Xero refuses lines on this account: banks, receivables, payables."""
    return account.get("Type") == "BANK" or account.get("SystemAccount") in _CONTROL


def learn_lines(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterable[Pair]:
    """Learn a document's new id, and those of its lines by their places; a line for rounding comes last."""
    for field, resource in _IDS:
        if record.get(field) and answer.get(field):
            yield Pair(resource, str(record[field]), str(answer[field]))
            break
    was, now = record.get("LineItems") or (), answer.get("LineItems") or ()
    if len(now) != len(was) + ("documents.rounding" in step.reasons):
        return
    for old, new in zip(was, now, strict=False):
        if old.get("LineItemID") and new.get("LineItemID"):
            yield Pair("line_items", str(old["LineItemID"]), str(new["LineItemID"]))


def _missing(ground: Ground, record: Mapping[str, Any]) -> Iterator[str]:
    contact, currency = record.get("Contact"), str(record.get("CurrencyCode") or "")
    if contact is not None and not ground.will_exist("contacts", str(contact.get("ContactID", ""))):
        yield "blocked.contact"
    known = currency in {"", ground.facts.base_currency} or ground.will_exist("currencies", currency)
    if not known:
        yield "blocked.currency"


def _obstacles(ground: Ground, line: Mapping[str, Any], *, control_too: bool) -> Iterator[str]:
    """Yield what stands in the way of an approved document's line."""
    if is_text(line):
        return
    account = account_of(ground, line)
    if not (line.get("AccountID") or line.get("AccountCode")):
        yield "blocked.no_account"
    elif account is not None and is_control(account):
        if not control_too:
            yield "blocked.control_account"
    elif not _has_account(ground, line):
        yield "blocked.account"
    if (tax := line.get("TaxType")) and not ground.will_exist("tax_types", str(tax)):
        yield "blocked.tax"


def _losses(ground: Ground, line: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a draft's line loses instead of standing in the way."""
    if (line.get("AccountID") or line.get("AccountCode")) and not _has_account(ground, line):
        yield "changed.account"
    if (tax := line.get("TaxType")) and not ground.will_exist("tax_types", str(tax)):
        yield "changed.tax"


def _has_account(ground: Ground, line: Mapping[str, Any]) -> bool:
    by_code = ground.will_exist("account_codes", str(line.get("AccountCode") or ""))
    return by_code or ground.will_exist("accounts", str(line.get("AccountID") or ""))


def _changes(ground: Ground, line: Mapping[str, Any], phase: Phase, *, discounts: bool) -> Iterator[str]:
    if is_text(line):
        return
    if change := priced(line, discounts=discounts).change:
        yield change
    if (item := line.get("ItemCode")) and not ground.will_exist("item_codes", str(item)):
        yield "changed.item"
    for option in _options(line):
        late = phase is Phase.FIRST and not is_early(ground, option)  # not yet made when this is written
        if late or not ground.will_exist("tracking_options", option):
            yield "changed.tracking"


def _options(line: Mapping[str, Any]) -> Iterator[str]:
    return (str(one.get("TrackingOptionID", "")) for one in line.get("Tracking") or ())


def _payload(
    line: Mapping[str, Any], ids: IdMap, *, tax_amounts: bool, discounts: bool, line_ids: bool, live: bool
) -> Json:
    sent: Json = {"Description": line.get("Description") or ""}
    if line_ids and (known := ids.find("line_items", str(line.get("LineItemID", "")))):
        sent["LineItemID"] = known
    if is_text(line):
        return sent
    sent |= priced(line, discounts=discounts).fields
    sent |= account_payload(line, ids, live=live)
    if item := ids.find("item_codes", str(line.get("ItemCode") or "")):
        sent["ItemCode"] = item
    if tax := str(line.get("TaxType") or ""):
        found = ids.need("tax_types", tax) if live else ids.find("tax_types", tax)
        sent |= {"TaxType": found} if found else {}
    # Also without a tax type, which Xero then takes from the account: the total stays as it was.
    if tax_amounts and line.get("TaxAmount") is not None:
        sent["TaxAmount"] = line["TaxAmount"]
    if tracking := tracking_payload(line, ids):
        sent["Tracking"] = tracking
    return sent
