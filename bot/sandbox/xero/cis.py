"""Settings of the construction industry scheme (CIS) in the UK, of an organisation and of its contacts.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/contacts): the fields; 404 where
CIS was never switched on. Inferred: 404 as well for organisations elsewhere, and that switching it on for a
contact does not move the contact's UpdatedDateUTC.
"""

from __future__ import annotations

from decimal import Decimal

from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.wire import Fields

_RATE = Decimal("20.00")  # of a registered subcontractor (gov.uk/what-is-the-construction-industry-scheme)


def switch_on(org: PretendOrganisation, *, contractor: bool = True, subcontractor: bool = False) -> None:
    """Let an organisation take part, or go on with both off."""
    org.cis = {"CISContractorEnabled": contractor, "CISSubContractorEnabled": subcontractor, "Rate": _RATE}


def register(org: PretendOrganisation, contact_id: str, rate: Decimal = _RATE) -> None:
    """Switch CIS on for a contact; raises KeyError for an unknown one."""
    org.contacts_cis[org.record("Contacts", contact_id).record_id] = {"CISEnabled": True, "Rate": rate}


def settings(org: PretendOrganisation, collection: str, record_id: str) -> Fields | None:
    """Give the settings of the organisation or of a contact; None where Xero answers 404."""
    if collection not in {"Organisations", "Contacts"} or org.about["Version"] != "UK":
        return None
    record = org.shelf(collection).find(record_id)
    if record is None:
        return None
    return org.cis if collection == "Organisations" else org.contacts_cis.get(record.record_id)
