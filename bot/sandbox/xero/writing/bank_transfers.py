"""Moving money between two bank accounts.

Facts (Xero OpenAPI 16.1.0): PUT creates, POST deletes; the rate cannot be written, so Xero takes the day's;
both sides can be marked as reconciled.
"""

from __future__ import annotations

from bot.sandbox.xero.books.cash import Transfer, add_transfer
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import money
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.bank_transactions import positive, read_bank
from bot.sandbox.xero.writing.locks import check_document
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Checks
from bot.sandbox.xero.writing.sent import Sent


def write(act: Act, sent: Sent) -> Record:
    """Create a transfer (PUT), or delete one (POST)."""
    if not act.creating:
        return _delete(act, sent)
    checks = Checks()
    source = read_bank(act, sent.part("FromBankAccount"), checks)
    target = read_bank(act, sent.part("ToBankAccount"), checks)
    checks.require(source is not target or source is None, unpublished("The two bank accounts must differ"))
    amount = positive(sent.amount("Amount"), checks)
    on = sent.day("Date") or act.today
    check_document(act.org, on, checks)
    checks.settle()
    transfer = Transfer(
        source=source.record_id if source else "",
        target=target.record_id if target else "",
        amount=money(amount),
        on=on,
        reference=sent.text("Reference"),
        reconciled=sent.flag("FromIsReconciled") or False,
        arrived=sent.flag("ToIsReconciled") or False,
    )
    return add_transfer(act.org, transfer)


def _delete(act: Act, sent: Sent) -> Record:
    checks, shelf = Checks(), act.org.shelf("BankTransfers")
    known = shelf.records.get(act.path_id or sent.text("BankTransferID").lower())
    checks.require(known, unpublished("There is no bank transfer with this BankTransferID"))
    checks.require(sent.text("Status") == "DELETED", unpublished("A bank transfer can only be DELETED"))
    if known is not None:
        check_document(act.org, known.fields["Date"], checks)
        living = known.fields["Status"] != "DELETED"
        checks.require(living, unpublished("The bank transfer is deleted already"))
    checks.settle()
    assert known is not None  # noqa: S101 - checked above
    for field in ("FromBankTransactionID", "ToBankTransactionID"):
        act.org.change("BankTransactions", known.fields[field], Status="DELETED")
    act.org.change("BankTransfers", known.record_id, Status="DELETED")
    return known
