"""Made-up organisations: the same seed and day give the same records. Nothing here speaks HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.sandbox.xero.demo.companies import empty, lively, nz, odd
from bot.sandbox.xero.demo.fresh import PROFILES, fresh
from bot.sandbox.xero.organisation import PretendOrganisation

MAKERS: dict[str, Callable[[int, Callable[[], datetime]], PretendOrganisation]] = {
    "lively": lively,
    "empty": empty,
    "odd": odd,
    "nz": nz,
    **{key: fresh(key) for key in PROFILES},
}


def build_organisation(key: str, *, seed: int, now: Callable[[], datetime]) -> PretendOrganisation:
    """Make the organisation of that key; raises KeyError for one that does not exist."""
    return MAKERS[key](seed, now)
