"""POST /Setup: the conversion date and the balances the books begin with, debits positive.

Facts (Xero OpenAPI 16.1.0): Month and Year (after 2006), balances by account code, an ImportSummary as
answer. Inferred: balances stand on the day before the conversion month, and what does not balance goes to
Historical Adjustment, as on Xero's own conversion balances page. What sending a chart would do to accounts
that are not in it is not known, so a chart is refused.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.wire import Fields, money
from bot.sandbox.xero.writing.messages import code_not_valid, unpublished
from bot.sandbox.xero.writing.refusals import Checks, Refused
from bot.sandbox.xero.writing.sent import Sent

FIRST_YEAR = 2007
_NOBODY = ("New", "Updated", "Deleted", "Locked", "Errored")


def apply(org: PretendOrganisation, sent: Sent) -> Fields:
    """Set the conversion date and balances; give the ImportSummary."""
    if sent.parts("Accounts"):
        raise Refused(400, "What Setup does to a chart of accounts is not known; send no Accounts")
    checks, when = Checks(), sent.part("ConversionDate")
    month, year = when.amount("Month") or Decimal(0), when.amount("Year") or Decimal(0)
    day: date | None = None
    if when.fields:
        good = 1 <= month <= 12 and FIRST_YEAR <= year <= 2999
        if checks.require(good, unpublished("ConversionDate must have a Month and a Year after 2006")):
            day = date(int(year), int(month), 1) - timedelta(days=1)
    balances = _balances(org, sent, checks)
    checks.require(
        day or org.conversion_date or not balances, unpublished("ConversionDate must be specified")
    )
    checks.settle()
    if day is not None:
        org.conversion_date = day
    if "ConversionBalances" in sent:
        org.conversion_balances = balances
    org.shelf("Organisations").revision += 1
    return _summary(org)


def _balances(org: PretendOrganisation, sent: Sent, checks: Checks) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in sent.parts("ConversionBalances"):
        code, amount = part.text("AccountCode"), part.amount("Balance")
        known = (one for one in org.shelf("Accounts") if code and one.fields.get("Code") == code)
        account = next(known, None)
        checks.require(account is not None, code_not_valid(code))
        checks.require(amount is not None, unpublished("Each balance must have a Balance"))
        if account is not None and amount is not None:
            found[account.record_id] = found.get(account.record_id, 0) + int(money(amount) * 100)
    if rest := sum(found.values()):
        historical = org.account("HISTORICAL").record_id
        found[historical] = found.get(historical, 0) - rest
    return {account: cents for account, cents in found.items() if cents}


def _summary(org: PretendOrganisation) -> Fields:
    accounts = [one.fields for one in org.shelf("Accounts")]
    system = sum(1 for one in accounts if one.get("SystemAccount"))
    counts: Fields = {"Total": len(accounts), **dict.fromkeys(_NOBODY, 0), "System": system}
    return {
        "Accounts": counts | {"Present": False, "NewOrUpdated": 0},
        "Organisation": {"Present": False},
    }
