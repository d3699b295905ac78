"""The smallest books there are: one contact, its invoice, and the payment of it."""

from __future__ import annotations

import copy
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.domain.organisation import OrganisationFacts
from bot.domain.proof import Finding, Proof
from bot.restore.model import IdMap
from bot.restore.outcomes import StepOutcome
from bot.restore.source import MemorySource
from tests.unit.restore.proof.bench import Records, all_created, compared, same_ids

FACTS = OrganisationFacts(name="Books")
CONTACT = {"ContactID": "c1", "Name": "Ægir & Rán", "ContactStatus": "ACTIVE"}
INVOICE = {
    "InvoiceID": "i1",
    "InvoiceNumber": "INV-1",
    "Type": "ACCREC",
    "Status": "PAID",
    "Contact": {"ContactID": "c1", "Name": "Ægir & Rán"},
    "Date": "/Date(1746144000000+0000)/",
    "DueDate": "/Date(1748736000000+0000)/",
    "Total": Decimal("120.00"),
    "AmountPaid": Decimal("120.00"),
    "AmountDue": Decimal("0.00"),
    "CurrencyCode": "EUR",
}
UNPAID = {"Status": "AUTHORISED", "AmountPaid": Decimal("0.00"), "AmountDue": Decimal("120.00")}
PAYMENT = {
    "PaymentID": "p1",
    "Status": "AUTHORISED",
    "Invoice": {"InvoiceID": "i1", "InvoiceNumber": "INV-1"},
    "Date": "/Date(1748736000000+0000)/",
    "Amount": Decimal("120.00"),
}


def books(**more: Any) -> Records:
    """One contact, its invoice, and the payment of it."""
    small = {"contacts": {"c1": CONTACT}, "invoices": {"i1": INVOICE}, "payments": {"p1": PAYMENT}}
    return copy.deepcopy(small | more)


def prove(
    here: Records,
    there: Records,
    outcomes: list[StepOutcome] | None = None,
    ids: IdMap | None = None,
    **more: Any,
) -> Proof:
    source, target = MemorySource(FACTS, here), MemorySource(FACTS, there)
    return compared(source, target, outcomes or all_created(here), ids or same_ids(here), **more)


def ended(here: Records, key: str, **other: Any) -> list[StepOutcome]:
    """Let the step of one record end otherwise."""
    steps = {"action", "reasons"} & other.keys()
    found = []
    for one in all_created(here):
        if one.step.record_id == key:
            step = replace(one.step, **{name: other[name] for name in steps})
            one = replace(one, step=step, **{name: other[name] for name in other.keys() - steps})  # noqa: PLW2901
        found.append(one)
    return found


def without(ids: IdMap, resource: str, key: str) -> IdMap:
    ids._found[resource].pop(key)
    return ids


def said_of(proof: Proof) -> dict[str, tuple[Finding, str]]:
    return {one.field: (one.finding, one.why) for one in proof.fields}
