"""Counts that are no number of records, for the size limits. Pure."""

from __future__ import annotations

import msgspec

ALLOCATED = "allocated_credit_notes"


def has_allocations(raw: bytes) -> bool:
    """Say whether a credit note is allocated to anything."""
    return bool(_ALLOCATIONS.decode(raw).Allocations)


class _Allocations(msgspec.Struct):
    Allocations: list[msgspec.Raw] | None = None


_ALLOCATIONS = msgspec.json.Decoder(_Allocations)
