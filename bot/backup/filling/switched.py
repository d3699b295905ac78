"""Which kinds are filled up for one organisation: by its settings, and by what it says of itself.

Looks into the copies; must not ask Xero.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from bot.backup.filling.kinds import FILL_KINDS, FillKind
from bot.domain.settings import Extra
from bot.vault import Books, Draft

_FIELDS = msgspec.json.Decoder(dict[str, Any])


def kinds_on(extras: Collection[Extra], books: Books, draft: Draft) -> tuple[FillKind, ...]:
    """Give the kinds that are on, in the order of worth; the stages they hang on must be sealed."""
    wanted = (kind for kind in FILL_KINDS if kind.extra is None or kind.extra in extras)
    return tuple(kind for kind in wanted if _takes_part(kind, books, draft))


def _takes_part(kind: FillKind, books: Books, draft: Draft) -> bool:
    """Say whether the organisation itself uses it, as this run knows it."""
    if kind.only_where is None:
        return True
    resource, fields = kind.only_where
    known = {one.record_id: one.raw for one in books.records(draft.base, resource)} if draft.base else {}
    known |= {one.record_id: one.raw for one in draft.placed((resource,))}
    gone = draft.gone(resource) if known else ()
    told = (_FIELDS.decode(raw) for record_id, raw in known.items() if record_id not in gone)
    return any(one.get(name) is True for one in told for name in fields)
