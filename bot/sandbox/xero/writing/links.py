"""Billable expenses: a line of a bill or of spent money, to be charged on to a customer.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/linkedtransactions): the source
is a bill or spent money; status follows from both ends; deleted links vanish.
"""

from __future__ import annotations

from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing import messages
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Checks
from bot.sandbox.xero.writing.sent import Sent

_LIVE = frozenset({"AUTHORISED", "PAID"})
_SOURCES = frozenset({"ACCPAY", "SPEND"})
_FIELDS = ("SourceTransactionID", "SourceLineItemID", "ContactID", "TargetTransactionID", "TargetLineItemID")


def write(act: Act, sent: Sent) -> Record:
    """Create a link (PUT), or change one (POST to it)."""
    checks, org = Checks(), act.org
    known = org.shelf("LinkedTransactions").records.get(act.path_id)
    whole = sent if known is None else sent.over(known.fields)
    values = {name: whole.text(name).lower() for name in _FIELDS if whole.text(name)}
    source = _document(org, values.get("SourceTransactionID", ""))
    matches = source is not None and values.get("SourceLineItemID") in _line_ids(source)
    checks.require(matches, messages.LINK_SOURCE)
    kind = "" if source is None else source.fields["Type"]
    checks.require(kind in _SOURCES or not matches, unpublished("The source must be ACCPAY or SPEND"))
    target = _target(org, values, checks)
    checks.settle()
    assert source is not None  # noqa: S101 - checked above
    fields: Fields = {
        **values,
        "Type": "BILLABLEEXPENSE",
        "Status": _status(source, target),
        "SourceTransactionTypeCode": kind,
    }
    if known is not None:
        org.change("LinkedTransactions", known.record_id, **fields)
        return known
    return org.put(
        "LinkedTransactions", {"LinkedTransactionID": org.new_id(), **fields, "UpdatedDateUTC": None}
    )


def remove(org: PretendOrganisation, record: Record) -> None:
    """Delete a link; it vanishes."""
    org.vanish("LinkedTransactions", record.record_id)


def _document(org: PretendOrganisation, wanted: str) -> Record | None:
    shelves = (org.shelf(name).records for name in ("Invoices", "BankTransactions"))
    return next((found for records in shelves if (found := records.get(wanted)) is not None), None)


def _line_ids(document: Record) -> set[str]:
    return {line["LineItemID"] for line in document.fields["LineItems"]}


def _target(org: PretendOrganisation, values: dict[str, str], checks: Checks) -> Record | None:
    contact = values.get("ContactID")
    there = not contact or contact in org.shelf("Contacts").records
    checks.require(there, unpublished("There is no contact with this ContactID"))
    if "TargetTransactionID" not in values:
        return None
    target = org.shelf("Invoices").records.get(values["TargetTransactionID"])
    good = target is not None and target.fields["Type"] == "ACCREC"
    checks.require(good, unpublished("The target must be a sales invoice"))
    if target is None or not good:
        return None
    checks.require(contact == target.fields["Contact"]["ContactID"], messages.LINK_TARGET)
    line = values.get("TargetLineItemID")
    checks.require(
        not line or line in _line_ids(target), unpublished("TargetLineItemID is not of the target")
    )
    return target


def _status(source: Record, target: Record | None) -> str:
    if source.fields["Status"] in {"VOIDED", "DELETED"}:
        return "VOIDED"
    if target is not None:
        return "BILLED" if target.fields["Status"] in _LIVE else "ONDRAFT"
    return "APPROVED" if source.fields["Status"] in _LIVE else "DRAFT"
