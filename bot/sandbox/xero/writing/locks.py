"""Lock dates: nothing that moves the books may be dated on or before them."""

from __future__ import annotations

from datetime import date

from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.writing import messages
from bot.sandbox.xero.writing.refusals import Checks

_KINDS = (("EndOfYearLockDate", "end of year"), ("PeriodLockDate", "period"))


def check_document(org: PretendOrganisation, on: date, checks: Checks) -> None:
    """Refuse a document in a locked time, naming the lock."""
    for field, kind in _KINDS:
        lock = org.about.get(field)
        if isinstance(lock, date) and on <= lock:
            checks.require(None, messages.locked(kind, lock))
            return


def check_payment(org: PretendOrganisation, on: date, checks: Checks) -> None:
    """Refuse a payment in a locked time."""
    locks = [org.about.get(field) for field, _ in _KINDS]
    late = all(not isinstance(lock, date) or on > lock for lock in locks)
    checks.require(late, messages.PAYMENT_LOCKED)
