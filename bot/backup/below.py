"""What hangs below other records: whose child a record is, and which children are gone. Pure.

A child's id is its parent's id, or begins with it and a slash (`Read.id_within_parent`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable


def parent_of(record_id: str) -> str:
    """Name the parent of a record that is read per parent."""
    return record_id.partition("/")[0]


def left_out(
    known: Iterable[str], seen: Collection[str], *, asked: Collection[str], living: Collection[str] | None
) -> list[str]:
    """Name the known children that vanished: their parent was asked and did not tell of them, or is gone.

    Of a single object below a parent, whose id it bears, there is no list that could tell: it goes with it.
    `living` are all parents there are; None where their list was not read whole, so that none is taken for
    gone.
    """
    return [
        one
        for one in known
        if one not in seen
        and (
            ((parent := parent_of(one)) in asked and parent != one)
            or (living is not None and parent not in living)
        )
    ]
