"""Aged receivables and payables of one contact: what stood open on a day, document by document.

Shape: Xero OpenAPI 16.1.0, examples of the two paths (values are strings, cells carry the document's id);
`date` defaults to the end of the current month (Xero's own MCP server says so). With other currencies there
is a column for the currency and one for what is due in the base currency, as third-party readers of the
report describe it; the two headings are inferred, and so is that credits stand in it with a minus sign, and
that the base amount is at the report's day's rate, so that it agrees with the balance sheet of that day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.sandbox.xero.filters import QueryRefused
from bot.sandbox.xero.ledger import CREDITS, LIVE, is_sales
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.reports import (
    Reporter,
    end_of_month,
    header,
    long_date,
    pounds,
    report,
    row,
    section,
    wanted_day,
)
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.wire import Fields
from bot.sandbox.xero.writing.messages import unpublished

NOTHING = Decimal("0.00")
_NUMBERS = ("InvoiceNumber", "CreditNoteNumber")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One document as it stood on the day; `base` is what is due in the base currency, in pence."""

    record: Record
    total: Decimal
    paid: Decimal
    credited: Decimal
    base: int

    @property
    def due(self) -> Decimal:
        """Give what was still open, in the document's currency."""
        return self.total - self.paid - self.credited

    @property
    def on(self) -> date:
        """Give the document's date."""
        day: date = self.record.fields["Date"]
        return day


def receivables(reporter: Reporter, query: Mapping[str, str]) -> Fields | None:
    """Make the aged receivables of a contact; None when there is no such contact."""
    return _report(reporter, query, selling=True)


def payables(reporter: Reporter, query: Mapping[str, str]) -> Fields | None:
    """Make the aged payables of a contact; None when there is no such contact."""
    return _report(reporter, query, selling=False)


AGED: dict[str, Callable[[Reporter, Mapping[str, str]], Fields | None]] = {
    "AgedReceivablesByContact": receivables,
    "AgedPayablesByContact": payables,
}


def standings(reporter: Reporter, contact_id: str, day: date, *, selling: bool) -> list[Standing]:
    """Give what was open between us and a contact on a day, oldest first."""
    found = [
        _standing(reporter, record, day, -1 if plural in CREDITS else 1)
        for plural, record in _documents(reporter.org, contact_id)
        if is_sales(record.fields["Type"]) == selling
    ]
    return sorted((one for one in found if one.due), key=lambda one: (one.on, _number(one), one.total))


def _documents(org: PretendOrganisation, contact_id: str) -> Iterator[tuple[str, Record]]:
    for plural in ("Invoices", *CREDITS):
        for record in org.shelf(plural):
            fields = record.fields
            if fields["Status"] in LIVE and fields["Contact"]["ContactID"] == contact_id:
                yield plural, record


def _standing(reporter: Reporter, record: Record, day: date, sign: int) -> Standing:
    fields = record.fields
    settled = [(one["Date"], one["Amount"]) for one in fields["Payments"]]
    applied = [(one["Date"], one["Amount"]) for one in fields.get("Allocations", ())]
    for plural in CREDITS:
        applied += [(one["Date"], one["AppliedAmount"]) for one in fields.get(plural, ())]
    paid = sum((amount for on, amount in settled if on <= day), NOTHING)
    credited = sum((amount for on, amount in applied if on <= day), NOTHING)
    base = reporter.revaluation.base_due(record, fields["Total"] - paid - credited, day)
    return Standing(
        record=record,
        total=sign * fields["Total"],
        paid=sign * paid,
        credited=sign * credited,
        base=sign * base,
    )


def _number(one: Standing) -> str:
    fields = one.record.fields
    return next((str(fields[name]) for name in _NUMBERS if name in fields), "")


def _report(reporter: Reporter, query: Mapping[str, str], *, selling: bool) -> Fields | None:
    org = reporter.org
    wanted = next((value for key, value in query.items() if key.lower() == "contactid"), "")
    if not wanted:
        raise QueryRefused(unpublished("contactId must be given"))
    contact = org.shelf("Contacts").records.get(wanted.lower())
    if contact is None:
        return None
    day = wanted_day(query, "date", end_of_month(org.now().date()))
    last = wanted_day(query, "toDate", day)
    found = [one for one in standings(reporter, contact.record_id, day, selling=selling) if one.on <= last]
    first = wanted_day(query, "fromDate", min((one.on for one in found), default=last))
    if first > last:
        raise QueryRefused("The from date must be before the to date")
    period = f"From {long_date(first)} to {long_date(last)}"
    titles = ["Invoices", str(contact.fields["Name"]), period, f"Showing payments to {long_date(day)}"]
    side = "Receivables" if selling else "Payables"
    name, kind = f"Aged {side} By Contact", f"Aged{side}ByContact"
    return report(org, name, kind, titles, _Page(org, day, selling=selling).rows(found, first))


class _Page:
    """Lays the standings out."""

    def __init__(self, org: PretendOrganisation, day: date, *, selling: bool) -> None:
        self.day, self.base = day, org.base_currency
        self.many = len(org.shelf("Currencies")) > 1
        self.titles = ["Date", "Number" if selling else "Reference", "Due Date", ""]

    def rows(self, found: list[Standing], first: date) -> list[Fields]:
        """Give the report's rows: what was open before, each document since, and the sums."""
        before = [one for one in found if one.on < first]
        since = [one for one in found if one.on >= first]
        columns = [*self.titles, *(["Currency"] if self.many else []), "Total", "Paid", "Credited", "Due"]
        opening = [f"{first.isoformat()}T00:00:00", "Opening Balance", "", "", *self._opening(before)]
        rows = [header([*columns, *(["Due Local"] if self.many else [])]), section("", [row(opening)])]
        inner = [self._line(one) for one in since]
        rows.append(section("", [*inner, self._sum("Total", since)]))
        return [*rows, section("", [self._sum("Closing Balance", found, since)])]

    def _opening(self, before: list[Standing]) -> list[str]:
        blank = ["", "", "", *([""] if self.many else [])]
        return [*blank, self._due(before), *self._local(before)]

    def _due(self, found: list[Standing]) -> str:
        """Give the sum in the documents' currency; nothing when there are several."""
        if len({one.record.fields["CurrencyCode"] for one in found}) > 1:
            return ""
        return _text(sum((one.due for one in found), NOTHING))

    def _line(self, one: Standing) -> Fields:
        fields = one.record.fields
        due = fields.get("DueDate")
        cells = [_iso(fields["Date"]), _number(one), "" if due is None else _iso(due), self._overdue(due)]
        if self.many:
            cells.append(str(fields["CurrencyCode"]))
        cells += [_text(amount) for amount in (one.total, one.paid, one.credited, one.due)]
        return row(
            [*cells, *([pounds(one.base)] if self.many else [])], one.record.record_id, id_of="invoiceID"
        )

    def _overdue(self, due: date | None) -> str:
        days = 0 if due is None else (self.day - due).days
        return "" if days <= 0 else f"{days} day{'' if days == 1 else 's'} overdue"

    def _sum(self, title: str, found: list[Standing], since: list[Standing] | None = None) -> Fields:
        shown = found if since is None else since
        currencies = {one.record.fields["CurrencyCode"] for one in found}
        currency = "" if len(currencies) > 1 else next(iter(currencies), self.base)
        parts = [
            _text(sum((getattr(one, name) for one in shown), NOTHING)) if currency else ""
            for name in ("total", "paid", "credited")
        ]
        head = [title, "", "", "", *([currency] if self.many else [])]
        return row([*head, *parts, self._due(found), *self._local(found)], kind="SummaryRow")

    def _local(self, found: list[Standing]) -> list[str]:
        return [pounds(sum(one.base for one in found))] if self.many else []


def _iso(day: date) -> str:
    return f"{day.isoformat()}T00:00:00"


def _text(amount: Decimal) -> str:
    return f"{amount + 0:.2f}"
