"""Organisations of any size, for measurements: records are made from their number when asked for.

Nothing is kept per record but its id and date, so a hundred thousand records take a few tens of megabytes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bot.sandbox.xero.demo.charts import add_account
from bot.sandbox.xero.demo.ground import Profile, lay_ground
from bot.sandbox.xero.demo.template import Parts, make_template
from bot.sandbox.xero.ledger import Entry
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Debt, Pattern, Record
from bot.sandbox.xero.wire import Fields, day_text, encode, milliseconds

FIRST_DAY = date(2022, 1, 3)
SPREAD_DAYS = 1700


def volume(
    key: str,
    *,
    invoices: int = 0,
    bank_transactions: int = 0,
    contacts: int = 100,
    seed: int = 7,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> PretendOrganisation:
    """Make an organisation of that many records; GBP only, everything posts, nothing is settled."""
    profile = Profile(key=key, name=f"Volume {key}", legal_name=f"Volume {key} Limited")
    org = lay_ground(profile, seed=seed, now=now)
    created = datetime.combine(FIRST_DAY, datetime.min.time(), UTC)
    bank = add_account(org, "090", "Current Account", "BANK", at=created)
    makers = _Makers(org, bank.record_id, max(contacts, 1))
    _fill(org, "Contacts", contacts, (makers.contact, makers.contact_parts, _nothing))
    sales = (makers.invoice, makers.document_parts, makers.post_invoice)
    _fill(org, "Invoices", invoices, sales, makers.owe_invoice)
    bank_side = (makers.bank_transaction, makers.document_parts, makers.post_bank)
    _fill(org, "BankTransactions", bank_transactions, bank_side)
    return org


def _nothing(number: int) -> None:
    del number


def _fill(
    org: PretendOrganisation,
    collection: str,
    count: int,
    makers: tuple[Callable[[int], Fields], Parts, Callable[[int], Entry | None]],
    owe: Callable[[int], Debt] | None = None,
) -> None:
    if not count:
        return
    build, parts, post = makers
    shelf = org.shelf(collection)
    pattern = Pattern(build, make_template(org, collection, build, parts), post, owe)
    letter = collection[0].lower()
    for number in range(count):
        shelf.put(Record(made_id(letter, number), changed_at(number), pattern=pattern, number=number))


def made_id(letter: str, number: int) -> str:
    """Give the id of a generated record; ids are in the order of their numbers."""
    kind = {"c": "c0", "i": "10", "b": "b0", "l": "1e"}[letter]
    return f"{number:08x}-{kind}00-4000-a000-{number * 2_654_435_761 % 2**48:012x}"


def day_of(number: int) -> date:
    """Give the business day of a generated document."""
    return FIRST_DAY + timedelta(days=number * 7919 % SPREAD_DAYS)


def changed_at(number: int) -> datetime:
    """Give when a generated record was last changed."""
    return datetime.combine(day_of(number), datetime.min.time(), UTC) + timedelta(seconds=number % 86_400)


def amount_of(number: int) -> int:
    """Give a generated document's net amount in pence; a multiple of 5, so that 20 % of it is whole pence."""
    return 1_000 + number * 48_271 % 90_000 * 5


class _Makers:
    """Builds the fields of a record from its number."""

    def __init__(self, org: PretendOrganisation, bank_id: str, contacts: int) -> None:
        self.org, self.bank_id, self.contacts = org, bank_id, contacts
        self.sales, self.costs = org.account("200").record_id, org.account("429").record_id
        self.debtors, self.tax = org.account("610").record_id, org.account("820").record_id

    def contact(self, number: int) -> Fields:
        """Build a contact."""
        phone = {"PhoneType": "DEFAULT", "PhoneNumber": f"{number:07d}", "PhoneAreaCode": "01947"}
        return {
            "ContactID": made_id("c", number),
            "ContactStatus": "ACTIVE",
            "Name": f"Volume customer {number} & Söhne",
            "FirstName": "Vol",
            "LastName": "Ume",
            "EmailAddress": f"customer.{number}@example.com",
            "BankAccountDetails": "",
            "Addresses": [
                {"AddressType": "STREET", "AddressLine1": f"{number} High Street", "City": "Whitby"}
            ],
            "Phones": [phone | {"PhoneCountryCode": "44"}],
            "UpdatedDateUTC": changed_at(number),
            "ContactGroups": [],
            "IsSupplier": False,
            "IsCustomer": True,
            "ContactPersons": [],
            "HasAttachments": False,
            "HasValidationErrors": False,
        }

    def contact_parts(self, number: int) -> dict[bytes, bytes]:
        """Give the texts that differ from contact to contact."""
        return {
            b"id": made_id("c", number).encode(),
            b"name": b"Volume customer %d & " % number,
            b"mail": b"customer.%d@" % number,
            b"street": b"%d High Street" % number,
            b"phone": b'"PhoneNumber":"%07d"' % number,
            b"changed": b"%d" % milliseconds(changed_at(number)),
        }

    def document_parts(self, number: int) -> dict[bytes, bytes]:
        """Give the texts that differ from document to document."""
        net, day, contact = amount_of(number), day_of(number), made_id("c", number % self.contacts)
        due, tax, changed = day + timedelta(days=30), net // 5, changed_at(number)
        known = self.org.shelf("Contacts").records.get(contact)
        name = encode(known.fields["Name"]) if known else b'""'
        return {
            b"invoice": made_id("i", number).encode(),
            b"bank": made_id("b", number).encode(),
            b"line": made_id("l", number).encode(),
            b"contact": contact.encode(),
            b"name": b'"Name":%s,"Addresses"' % name,
            b"number": b"INV-%07d" % number,
            b"order": b"Order %d" % number,
            b"card": b"Card %d" % number,
            b"text": b"Line of document %d" % number,
            b"day": day_text(day).encode(),
            b"day_ms": b"%d" % milliseconds(day),
            b"due": day_text(due).encode(),
            b"due_ms": b"%d" % milliseconds(due),
            b"changed": b"%d" % milliseconds(changed),
            b"changed_text": day_text(changed).encode(),
            b"unit": b"%d.%02d00," % divmod(net, 100),
            b"net": b"%d.%02d," % divmod(net, 100),
            b"tax": b"%d.%02d," % divmod(tax, 100),
            b"total": b"%d.%02d," % divmod(net + tax, 100),
        }

    def _line(self, number: int, account: str, code: str) -> Fields:
        net = Decimal(amount_of(number)) / 100
        return {
            "Description": f"Line of document {number}",
            "UnitAmount": net.quantize(Decimal("0.0001")),
            "TaxType": "OUTPUT2" if code == "200" else "INPUT2",
            "TaxAmount": (net / 5).quantize(Decimal("0.01")),
            "LineAmount": net.quantize(Decimal("0.01")),
            "AccountCode": code,
            "AccountID": account,
            "Tracking": [],
            "Quantity": Decimal("1.0000"),
            "LineItemID": made_id("l", number),
        }

    def _totals(self, number: int) -> Fields:
        net = Decimal(amount_of(number)) / 100
        tax = (net / 5).quantize(Decimal("0.01"))
        return {
            "SubTotal": net.quantize(Decimal("0.01")),
            "TotalTax": tax,
            "Total": net.quantize(Decimal("0.01")) + tax,
        }

    def invoice(self, number: int) -> Fields:
        """Build an approved sales invoice of one line."""
        totals = self._totals(number)
        return {
            "Type": "ACCREC",
            "InvoiceID": made_id("i", number),
            "InvoiceNumber": f"INV-{number:07d}",
            "Reference": f"Order {number}",
            "Payments": [],
            "CreditNotes": [],
            "Prepayments": [],
            "Overpayments": [],
            "AmountDue": totals["Total"],
            "AmountPaid": Decimal("0.00"),
            "AmountCredited": Decimal("0.00"),
            "IsDiscounted": False,
            "HasAttachments": False,
            "HasErrors": False,
            "InvoiceAddresses": [],
            "SentToContact": True,
            "DueDate": day_of(number) + timedelta(days=30),
            "Contact": {"ContactID": made_id("c", number % self.contacts)},
            "Date": day_of(number),
            "Status": "AUTHORISED",
            "LineAmountTypes": "Exclusive",
            "LineItems": [self._line(number, self.sales, "200")],
            **totals,
            "UpdatedDateUTC": changed_at(number),
            "CurrencyCode": "GBP",
            "CurrencyRate": Decimal("1.0000000000"),
        }

    def bank_transaction(self, number: int) -> Fields:
        """Build a spend money transaction of one line."""
        return {
            "BankTransactionID": made_id("b", number),
            "BankAccount": {"AccountID": self.bank_id, "Code": "090", "Name": "Current Account"},
            "Type": "SPEND",
            "Reference": f"Card {number}",
            "IsReconciled": True,
            "HasAttachments": False,
            "Contact": {"ContactID": made_id("c", number % self.contacts)},
            "Date": day_of(number),
            "Status": "AUTHORISED",
            "LineAmountTypes": "Exclusive",
            "LineItems": [self._line(number, self.costs, "429")],
            **self._totals(number),
            "UpdatedDateUTC": changed_at(number),
            "CurrencyCode": "GBP",
        }

    def post_invoice(self, number: int) -> Entry:
        """Give an invoice's entry without building it."""
        net = amount_of(number)
        lines = ((self.debtors, net + net // 5), (self.sales, -net), (self.tax, -(net // 5)))
        return Entry("ACCREC", made_id("i", number), day_of(number), "", lines)

    def owe_invoice(self, number: int) -> Debt:
        """Give what is open on an invoice without building it."""
        net = amount_of(number)
        due = day_of(number) + timedelta(days=30)
        return Debt(made_id("c", number % self.contacts), True, Decimal(net + net // 5).scaleb(-2), due)

    def post_bank(self, number: int) -> Entry:
        """Give a bank transaction's entry without building it."""
        net = amount_of(number)
        lines = ((self.bank_id, -(net + net // 5)), (self.costs, net), (self.tax, net // 5))
        return Entry("CASHPAID", made_id("b", number), day_of(number), "", lines)
