"""What the books began with, as far as a copy tells: balances that stand and that no record explains. Pure.

Xero has no call that reads conversion balances (Xero OpenAPI 16.1.0, /Setup writes only), so they are what
every stored trial balance holds beyond the documents from the first date on. Profit and loss begins at zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bot import ledger
from bot.ledger import AccountKey, Balances, Bookkeeper, Cause, Chart, Difference, Explanation, Grounds

if TYPE_CHECKING:
    from bot.restore.source import Source

RECORD = "conversion"  # the id under which a source gives these balances as a record
_TRIAL_BALANCE = "trial_balance"
# Xero works these out again; what they leave standing is not what the books began with.
_MOVING = frozenset({Cause.REVALUATION, Cause.ROUNDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Balances on the day before the first activity, debits positive, in base currency."""

    on: date
    balances: Mapping[AccountKey, Decimal]


def opening(source: Source) -> Opening:
    """Work out the opening balances; raises ValueError where the copy cannot tell them."""
    reports = {
        date.fromisoformat(key.rsplit("/", 1)[-1]): ledger.read_trial_balance(raw)
        for key, raw in source.raw_records(_TRIAL_BALANCE)
    }
    if len(reports) < 2:
        raise ValueError("one trial balance cannot tell what stands from what grows")
    chart = _chart(source)
    days = sorted(reports)
    bookkeeper, balances = Bookkeeper(chart), Balances(chart, days)
    first = _post_all(source, bookkeeper, balances) or days[0]
    grounds = Grounds(chart=chart, multi_currency=bookkeeper.is_multi_currency)
    told = [ledger.explain(reports[day], balances.standing(day), grounds) for day in days]
    standing = ledger.standing_differences(told, chart)
    found = {
        account: value
        for account, value in standing.items()
        if value and account in chart.accounts and not _moves(account, told)
    }
    return Opening(on=min(first, days[0]) - timedelta(days=1), balances=found)


def opening_record(source: Source, record_id: str) -> Mapping[str, Any]:
    """Give the opening balances as a record to build a payload from; raises KeyError for another id."""
    if record_id != RECORD:
        raise KeyError(record_id)
    try:
        found = opening(source)
    except ValueError as error:
        raise KeyError(record_id) from error
    accounts = {str(one["AccountID"]).lower(): one for one in source.records("accounts")}
    company = next(iter(source.records("organisation")))
    rows = [_row(accounts[key], value) for key, value in sorted(found.balances.items())]
    historical = (one for one in accounts.values() if one.get("SystemAccount") == "HISTORICAL")
    contra = next((_row(one, Decimal(0)) for one in historical), None)
    return {
        "Date": found.on.isoformat(),
        "BaseCurrency": company["BaseCurrency"],
        "Balances": rows,
        "Historical": contra,
    }


def _row(account: Mapping[str, Any], value: Decimal) -> dict[str, Any]:
    fields = ("AccountID", "Name", "Type", "SystemAccount", "CurrencyCode")
    row = {field: account[field] for field in fields if account.get(field)}
    return row | {"AccountCode": account.get("Code") or "", "Balance": value}


def _chart(source: Source) -> Chart:
    companies = [raw for _, raw in source.raw_records("organisation")]
    if len(companies) != 1:
        raise ValueError("an organisation without its settings")
    return Chart.of(ledger.read_company(companies[0]), (raw for _, raw in source.raw_records("accounts")))


def _post_all(source: Source, bookkeeper: Bookkeeper, balances: Balances) -> date | None:
    """Post every record; give the first day on which anything moved."""
    first: date | None = None
    for resource in ledger.RESOURCES:
        for _, raw in source.raw_records(resource):
            postings = bookkeeper.post(resource, raw)
            balances.add(postings)
            for one in postings:
                first = one.on if first is None else min(first, one.on)
    return first


def _moves(account: AccountKey, told: list[Explanation]) -> bool:
    """Say whether Xero works out anew what the account differs by, another amount each time."""
    here: list[Difference] = [one for each in told for one in each.differences if one.account == account]
    followed = any(_MOVING.intersection(one.causes) for one in here)
    return followed and len({one.amount for one in here}) > 1
