"""Manual journals.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/manualjournals): at least two
lines, debits equal credits, no receivables, payables, retained earnings or bank accounts; drafts lose an
account nobody knows with a warning; draft by default, without tax by default.
"""

from __future__ import annotations

from decimal import Decimal

from bot.sandbox.xero.books.journal import JournalLine, journal_fields
from bot.sandbox.xero.books.lines import no_tax, tax_of
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields, money
from bot.sandbox.xero.writing import messages
from bot.sandbox.xero.writing.act import Act
from bot.sandbox.xero.writing.lines import Rules, account_named, read_tracking
from bot.sandbox.xero.writing.locks import check_document
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.papers import read_amounts
from bot.sandbox.xero.writing.refusals import Checks
from bot.sandbox.xero.writing.sent import Sent

FORBIDDEN = frozenset(
    {
        "DEBTORS", "CREDITORS", "RETAINEDEARNINGS", "UNREALISEDCURRENCYGAIN", "REALISEDCURRENCYGAIN",
        "BANKCURRENCYGAIN",
    }
)  # fmt: skip
LADDER = {"DRAFT": {"DRAFT", "POSTED", "DELETED"}, "POSTED": {"POSTED", "VOIDED"}}


def write(act: Act, sent: Sent) -> Record:
    """Create or change a journal."""
    checks, shelf = Checks(), act.org.shelf("ManualJournals")
    wanted = act.path_id or sent.text("ManualJournalID").lower()
    known = None if act.creating else shelf.records.get(wanted)
    there = known or "ManualJournalID" not in sent
    checks.require(there, unpublished("There is no journal with this ManualJournalID"))
    checks.settle()
    if known is None:
        status = sent.text("Status", "DRAFT")
        checks.require(status in {"DRAFT", "POSTED"}, unpublished(f"A new journal cannot be {status}"))
        return act.org.put("ManualJournals", _compose(act, sent, status, checks))
    status = sent.text("Status", known.fields["Status"])
    possible = status in LADDER.get(known.fields["Status"], ())
    checks.require(possible, unpublished(f"The journal cannot become {status}"))
    checks.settle()
    if status in {"DELETED", "VOIDED"}:
        check_document(act.org, known.fields["Date"], checks)
        checks.settle()
        act.org.change("ManualJournals", known.record_id, Status=status)
        return known
    fields = _compose(act, sent.over(known.fields), status, checks)
    del fields["ManualJournalID"], fields["UpdatedDateUTC"], fields["HasAttachments"]
    act.org.change("ManualJournals", known.record_id, **fields)
    return known


def _compose(act: Act, sent: Sent, status: str, checks: Checks) -> Fields:
    narration = sent.text("Narration")
    checks.require(narration, unpublished("Narration must be specified"))
    amounts = read_amounts(sent, checks, "NoTax")
    on = sent.day("Date") or act.today
    if status == "POSTED":
        check_document(act.org, on, checks)
    parts = sent.parts("JournalLines")
    checks.require(len(parts) >= 2, unpublished("A journal needs at least two lines"))
    lines = [_line(act, part, amounts, status, checks) for part in parts]
    _check_balance(act, lines, amounts, checks)
    checks.settle()
    fields = journal_fields(act.org, narration, on, lines, status=status, amounts=amounts)
    cash = sent.flag("ShowOnCashBasisReports")
    fields["ShowOnCashBasisReports"] = True if cash is None else cash
    return fields | ({"Url": sent.text("Url")} if "Url" in sent else {})


def _line(act: Act, part: Sent, amounts: str, status: str, checks: Checks) -> JournalLine:
    amount = part.amount("LineAmount")
    checks.require(amount is not None, unpublished("Each line needs a LineAmount"))
    account = account_named(act.org, part)
    code = part.text("AccountCode")
    if account is None and (code or "AccountID" in part):
        if status == "DRAFT":
            act.warn(messages.code_removed(code))
        else:
            checks.require(None, messages.code_not_valid(code) if code else messages.ACCOUNT_INVALID)
    elif account is None:
        checks.require(status == "DRAFT", messages.NO_ACCOUNT_CODE)
    else:
        code = account.fields.get("Code", "")
        usable = account.fields["Type"] not in {"BANK", "INVENTORY"}
        usable = usable and account.fields.get("SystemAccount") not in FORBIDDEN
        checks.require(usable, messages.code_not_valid(code))
        checks.require(account.fields["Status"] == "ACTIVE", messages.code_archived(code))
    tax = part.text("TaxType") or (account.fields["TaxType"] if account else "") or no_tax(act.org)
    if amounts == "NoTax":
        tax = no_tax(act.org)
    rate = act.org.shelf("TaxRates").records.get(tax)
    checks.require(rate, messages.TAX_INVALID)
    checks.require(rate is None or rate.fields["Status"] == "ACTIVE", messages.TAX_INACTIVE)
    rules = Rules(approved=False, amounts=amounts, selling=False)
    return JournalLine(
        account=account.record_id if account else "",
        amount=money(amount or Decimal(0)),
        description=part.text("Description"),
        tax=tax if rate else no_tax(act.org),
        tracking=read_tracking(act, part, rules, checks),
        tax_amount=part.amount("TaxAmount") if amounts != "NoTax" else None,
    )


def _check_balance(act: Act, lines: list[JournalLine], amounts: str, checks: Checks) -> None:
    """Compare both sides, taxes included, and say both sums as Xero does: the credits with their sign."""
    sums = [Decimal("0.00"), Decimal("0.00")]
    for line in lines:
        gross = line.amount
        if amounts == "Exclusive":
            reckoned = tax_of(act.org, line.tax, line.amount, amounts)
            gross += reckoned if line.tax_amount is None else money(line.tax_amount)
        sums[gross < 0] += gross
    checks.require(sum(sums) == 0, messages.not_balanced(*sums))
