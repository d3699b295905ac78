"""POST /Invoices/{id}/Email: the one call that sends mail to a customer. It is written down, not sent."""

from __future__ import annotations

from bot.sandbox.xero.collections import Collection
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.store import Record
from bot.sandbox.xero.writing.messages import unpublished
from bot.sandbox.xero.writing.refusals import Absent, Checks

_SENDABLE = frozenset({"SUBMITTED", "AUTHORISED", "PAID"})


def write(org: PretendOrganisation, collection: Collection, record: Record, rest: list[str]) -> None:
    """Note that a mail would have gone out."""
    del collection
    if rest:
        raise Absent
    checks, fields = Checks(), record.fields
    selling = fields["Type"] == "ACCREC" and fields["Status"] in _SENDABLE
    checks.require(selling, unpublished("Only approved sales invoices can be mailed"))
    contact = org.record("Contacts", fields["Contact"]["ContactID"]).fields
    checks.require(contact.get("EmailAddress"), unpublished("The contact has no EmailAddress"))
    checks.settle()
    org.mailed.append(record.record_id)
    org.change("Invoices", record.record_id, SentToContact=True)
