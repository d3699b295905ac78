"""Which organisations have a payroll; each is made when it is first asked for.

Ids come from a well of their own, so that the books of an organisation are the same whether anybody looks
here or not.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import date
from uuid import UUID
from weakref import WeakKeyDictionary

from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.payroll.australia import australia
from bot.sandbox.xero.payroll.book import NewId, PayrollBook
from bot.sandbox.xero.payroll.new_zealand import new_zealand
from bot.sandbox.xero.payroll.united_kingdom import united_kingdom

WITH_PAYROLL = frozenset({"lively", "nz"})
_MAKERS: dict[str, Callable[[NewId, date], PayrollBook]] = {
    "GB": united_kingdom,
    "NZ": new_zealand,
    "AU": australia,
}
_KNOWN: WeakKeyDictionary[PretendOrganisation, PayrollBook] = WeakKeyDictionary()
_MAKING = threading.Lock()


def payroll_of(org: PretendOrganisation) -> PayrollBook | None:
    """Give an organisation's payroll; None where nobody has set one up."""
    with _MAKING:
        found = _KNOWN.get(org)
    return found or (open_payroll(org) if org.key in WITH_PAYROLL else None)


def open_payroll(org: PretendOrganisation) -> PayrollBook:
    """Set payroll up; raises KeyError for a country whose payroll has no API."""
    with _MAKING:
        found = _KNOWN.get(org)
        if found is None:
            found = _KNOWN[org] = _made(org)
        return found


def _made(org: PretendOrganisation) -> PayrollBook:
    # Nothing made here may hold the organisation itself: it would keep it alive for ever.
    well = random.Random(f"{org.tenant_id}:payroll")

    def new_id() -> str:
        return str(UUID(int=well.getrandbits(128), version=4))

    return _MAKERS[str(org.about["CountryCode"])](new_id, org.now().date())
