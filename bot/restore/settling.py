"""Find out whether a write of unknown outcome happened: read again, and recognise what was sent."""

from __future__ import annotations

import itertools
from collections import defaultdict, deque
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.catalogue.model import Area
from bot.restore.answers import page_count, records_of
from bot.restore.model import Kind, Settle, same_id
from bot.xero.writing import XeroWriter

OVERLAP = timedelta(minutes=2)  # modified-since is to the second, clocks are not
SKEW = timedelta(minutes=1)
UNTOLD_SKEW = timedelta(days=1)  # where no answer told Xero's time

Record = Mapping[str, Any]


def recognise(
    writer: XeroWriter,
    kind: Kind,
    settle: Settle,
    *,
    path: str,
    sent: Sequence[Record],
    known: Collection[str],
    since: datetime,
) -> list[Record | None]:
    """Give, for each element sent, the record that Xero made of it, or None where there is none.

    `known` are ids whose origin is settled already, as `same_id` spells them; each record is given once.
    Raises what a read raises.
    """
    there: dict[Hashable, deque[Record]] = defaultdict(deque)
    wanted = {settle.likeness(one) for one in sent}
    for record in _read(writer, kind.area, settle, path, since):
        if same_id(str(record.get(kind.id_field, ""))) in known:
            continue
        likeness = settle.likeness(record)
        if likeness in wanted:
            there[likeness].append(record)
    return [_next(there[settle.likeness(one)]) for one in sent]


def _next(found: deque[Record]) -> Record | None:
    return found.popleft() if found else None


def _read(writer: XeroWriter, area: Area, settle: Settle, path: str, since: datetime) -> list[Record]:
    """Read what may be it; once more from earlier where our clock may run ahead of Xero's."""
    start = since - OVERLAP
    found = list(_pages(writer, area, settle, path, start if settle.by_time else None))
    ahead = UNTOLD_SKEW if writer.clock_ahead is None else writer.clock_ahead
    if settle.by_time and ahead > SKEW:
        found = list(_pages(writer, area, settle, path, start - ahead))
    return found


def _pages(
    writer: XeroWriter, area: Area, settle: Settle, path: str, since: datetime | None
) -> Iterator[Record]:
    if not settle.paged:
        answer = writer.get(path, settle.params, modified_since=since, area=area)
        yield from records_of(answer, settle.collection)
        return
    for page in itertools.count(1):
        answer = writer.get(path, {**settle.params, "page": str(page)}, modified_since=since, area=area)
        found = records_of(answer, settle.collection)
        yield from found
        last = page_count(answer)
        if not found or (last is not None and page >= last):
            return
