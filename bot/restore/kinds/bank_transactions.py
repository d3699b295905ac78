"""Money spent and received, and the prepayments and overpayments that arise from it.

Facts (developer.xero.com/documentation/api/accounting/banktransactions): transfers cannot be created here;
quantities are more than zero, prices not zero, totals more than zero; TaxAmount is what Xero works out; the
currency is the bank account's; an overpayment has one line on the control account, which Xero finds itself;
prepayments and overpayments can neither be changed nor deleted afterwards; a reference is supported for plain
spend and receive only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from bot.domain.restore_plan import Action
from bot.restore.ground import Ground
from bot.restore.kinds.bank_lines import differs_in_tax, needs_new_lines, receive_lines, with_tax_inside
from bot.restore.kinds.bank_reasons import (
    ACCOUNT,
    ADVANCE_REASONS,
    ADVANCE_REFERENCE,
    CONTACT,
    CURRENCY,
    DELETED,
    LINES,
    MISSING,
    NO_CONTACT,
    ORPHAN,
    REASONS,
    TAX,
    TOTAL,
    TRANSFER,
    UNKNOWN,
)
from bot.restore.kinds.banks import (
    NOTHING,
    account_payload,
    amount_of,
    contact_name,
    label,
    money_account,
    same_currency,
    will_exist,
)
from bot.restore.kinds.lines import iso_date, judge, line_payloads
from bot.restore.model import IdMap, Json, Kind, Pair, Phase, Planner, Reason, Settle, Step

SIMPLE = frozenset({"SPEND", "RECEIVE"})
GONE = frozenset({"DELETED", "VOIDED"})
_NOTE = "bank_transaction_steps"
_ADVANCES = {
    "-PREPAYMENT": ("prepayments", "PrepaymentID"),
    "-OVERPAYMENT": ("overpayments", "OverpaymentID"),
}
_NO_CONTACT_BLOCK = "blocked.contact"


def _planner(key: str) -> Planner:
    """Make the planner of one of the three kinds; the records are read once for all of them."""

    def plan(ground: Ground) -> Iterator[Step]:
        sorted_out: dict[str, list[Step]] | None = ground.notes.get(_NOTE)
        if sorted_out is None:
            sorted_out = ground.notes[_NOTE] = _sort_out(ground)
        yield from sorted_out[key]

    return plan


def _sort_out(ground: Ground) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = {"bank_transactions": [], "prepayments": [], "overpayments": []}
    legs = _legs(ground)
    arisen: set[str] = set()
    for record in ground.records("bank_transactions"):
        resource, field = _advance(record)
        step = _step(ground, record, resource, legs)
        found[resource].append(step)
        ground.settle("bank_transactions", step.record_id, step.action)
        if record.get(field):
            arisen.add(str(record[field]))
            ground.settle(resource, str(record[field]), step.action)
    for resource, field in _ADVANCES.values():
        found[resource] += _without_transaction(ground, resource, field, arisen)
    return found


def _advance(record: Mapping[str, Any]) -> tuple[str, str]:
    """Say which kind writes a record, and in which field it names what arose from it."""
    kind = str(record.get("Type", ""))
    return next((one for end, one in _ADVANCES.items() if kind.endswith(end)), ("bank_transactions", ""))


def _legs(ground: Ground) -> frozenset[str]:
    """Name the halves of transfers that come back with their transfer."""
    if not ground.is_chosen("bank_transfers"):
        return frozenset()
    living = (one for one in ground.records("bank_transfers") if one.get("Status") != "DELETED")
    fields = ("FromBankTransactionID", "ToBankTransactionID")
    return frozenset(str(one[field]) for one in living for field in fields if one.get(field))


def _step(ground: Ground, record: Mapping[str, Any], key: str, legs: frozenset[str]) -> Step:
    record_id, kind = str(record["BankTransactionID"]), str(record.get("Type", ""))
    name = label(iso_date(record, "Date"), contact_name(record), str(record.get("Reference") or ""))

    def out(reason: Reason) -> Step:
        return Step(key, record_id, Action.LEAVE_OUT, name=name, reasons=(reason.key,))

    if record.get("Status") in GONE:
        return out(DELETED)
    if kind.endswith("-TRANSFER"):
        return out(TRANSFER if record_id in legs else ORPHAN)
    if kind not in SIMPLE and key == "bank_transactions":
        return out(UNKNOWN)
    if amount_of(record, "Total") <= 0:
        return out(TOTAL)
    phase, blocked, reasons = _weigh(ground, record, key)
    action = Action.BLOCKED if blocked else Action.CHANGE if reasons else Action.CREATE
    return Step(key, record_id, action, name=name, reasons=blocked or reasons, phase=phase)


def _weigh(
    ground: Ground, record: Mapping[str, Any], key: str
) -> tuple[Phase, tuple[str, ...], tuple[str, ...]]:
    """Say when it is written, what stands in its way, and what makes it come back different."""
    lines = () if key == "overpayments" else receive_lines(record)
    judged = judge(ground, record, lines=lines, live=True)
    blocked, reasons = set(judged.blocked), set(judged.reasons)
    if not (record.get("Contact") or {}).get("ContactID"):
        blocked.discard(_NO_CONTACT_BLOCK)
        reasons.add(CONTACT.key)
    bank = money_account(ground, record.get("BankAccount"))
    if bank is None or not bank.is_bank or not will_exist(ground, bank):
        blocked.add(ACCOUNT.key)
    elif not same_currency(ground, bank):
        blocked.add(CURRENCY.key)
    if lines and needs_new_lines(record):
        reasons.add(LINES.key)
    if lines and differs_in_tax(ground, record):
        reasons.add(TAX.key)
    if key != "bank_transactions" and record.get("Reference"):
        reasons.add(ADVANCE_REFERENCE.key)
    return judged.phase, tuple(sorted(blocked)), tuple(sorted(reasons))


def _without_transaction(ground: Ground, resource: str, field: str, arisen: set[str]) -> Iterator[Step]:
    """Yield what was paid ahead although the copy does not have the money's own record."""
    for record in ground.records(resource):
        key = str(record[field])
        if key in arisen:
            continue
        gone = record.get("Status") in GONE
        action = Action.LEAVE_OUT if gone else Action.BLOCKED
        ground.settle(resource, key, action)
        name = label(iso_date(record, "Date"), contact_name(record))
        yield Step(resource, key, action, name=name, reasons=((DELETED if gone else MISSING).key,))


def _payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    inside = TAX.key in step.reasons and record.get("LineAmountTypes") == "Exclusive"
    amounts = "Inclusive" if inside else str(record.get("LineAmountTypes") or "Inclusive")
    lines = with_tax_inside(record) if inside else receive_lines(record)
    # The amounts of tax are Xero's to work out here; a plan says where it will come to others.
    return _head(record, ids) | {
        "LineAmountTypes": amounts,
        "LineItems": line_payloads(lines, ids, tax_amounts=False, discounts=False),
    }


def _over_payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    del step
    said = next((str(one.get("Description") or "") for one in record.get("LineItems") or ()), "")
    line = {"Description": said or "Overpayment", "Quantity": Decimal(1), "UnitAmount": record["Total"]}
    currency = {"CurrencyCode": record["CurrencyCode"]} if record.get("CurrencyCode") else {}
    return _head(record, ids) | currency | {"LineAmountTypes": "NoTax", "LineItems": [line]}


def _head(record: Mapping[str, Any], ids: IdMap) -> Json:
    body: Json = {
        "Type": record["Type"],
        "Status": "AUTHORISED",
        "Date": iso_date(record, "Date"),
        "Contact": _contact(record, ids),
        "BankAccount": account_payload(record.get("BankAccount") or {}, ids),
        "IsReconciled": bool(record.get("IsReconciled")),
    }
    body |= {name: record[name] for name in ("Reference", "Url") if record.get(name)}
    if amount_of(record, "CurrencyRate") > NOTHING:
        body["CurrencyRate"] = record["CurrencyRate"]
    return body


def _contact(record: Mapping[str, Any], ids: IdMap) -> Json:
    found = (record.get("Contact") or {}).get("ContactID")
    return {"ContactID": ids.need("contacts", str(found))} if found else {"Name": NO_CONTACT}


def _learn(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterable[Pair]:
    yield Pair("bank_transactions", step.record_id, str(answer["BankTransactionID"]))
    resource, field = _advance(record)
    if field and record.get(field) and answer.get(field):
        yield Pair(resource, str(record[field]), str(answer[field]))
    here, there = receive_lines(record), answer.get("LineItems") or ()
    for old, new in zip(here, there, strict=False) if len(here) == len(there) else ():
        if old.get("LineItemID") and new.get("LineItemID"):
            yield Pair("line_items", str(old["LineItemID"]), str(new["LineItemID"]))


def _likeness(row: Mapping[str, Any]) -> tuple[object, ...]:
    contact = row.get("Contact") or {}
    nobody = contact.get("Name") == NO_CONTACT
    lines = [(amount_of(one, "Quantity"), amount_of(one, "UnitAmount")) for one in row.get("LineItems") or ()]
    return (
        row.get("Type"),
        iso_date(row, "Date"),
        str((row.get("BankAccount") or {}).get("AccountID", "")).lower(),
        "" if nobody else str(contact.get("ContactID", "")).lower(),
        str(row.get("Reference") or "") if row.get("Type") in SIMPLE else "",
        tuple(sorted(lines)),
    )


def _kind(
    key: str, title: str, stage: int, payload: Callable[[Step, Mapping[str, Any], IdMap], Json]
) -> Kind:
    return Kind(
        key=key,
        resource="bank_transactions",
        title=title,
        stage=stage,
        verb="PUT",
        path="BankTransactions",
        collection="BankTransactions",
        id_field="BankTransactionID",
        plan=_planner(key),
        payload=payload,
        write_scope="accounting.banktransactions",
        params={"summarizeErrors": "false", "unitdp": "4"},
        learn=_learn,
        settle=Settle(
            path="BankTransactions",
            collection="BankTransactions",
            likeness=_likeness,
            params={"unitdp": "4"},
            by_time=True,
            paged=True,
        ),
        reasons=REASONS if key == "bank_transactions" else ADVANCE_REASONS,
    )


BANK_TRANSACTIONS = _kind("bank_transactions", "Spend and receive money", 130, _payload)
PREPAYMENTS = _kind("prepayments", "Prepayments", 132, _payload)
OVERPAYMENTS = _kind("overpayments", "Overpayments", 134, _over_payload)
