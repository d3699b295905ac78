"""Made-up organisations: the same seed and day give the same records. Nothing here speaks HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.sandbox.xero.demo.companies import empty, lively, nz, odd
from bot.sandbox.xero.demo.fresh import PROFILES, Wishes, fresh, is_fresh
from bot.sandbox.xero.organisation import PretendOrganisation

__all__ = ["MAKERS", "NAMED", "Wishes", "build_organisation"]

MAKERS: dict[str, Callable[[int, Callable[[], datetime]], PretendOrganisation]] = {
    "lively": lively,
    "empty": empty,
    "odd": odd,
    "nz": nz,
}
# Every key there is; each `fresh-…` also exists as `fresh-…-2` to `-99`, for several of one country.
NAMED: tuple[str, ...] = (*MAKERS, *PROFILES)


def build_organisation(
    key: str, /, *, seed: int, now: Callable[[], datetime], **wishes: Any
) -> PretendOrganisation:
    """Make the organisation of that key; only new ones take wishes (`demo.fresh.Wishes`).

    Raises KeyError for a key that does not exist, TypeError for a wish nobody knows.
    """
    if is_fresh(key):
        return fresh(key, seed=seed, now=now, wishes=Wishes(**wishes))
    if wishes:
        raise TypeError("Only new organisations can be wished for.")
    return MAKERS[key](seed, now)
