"""Write the whole state of the books as a list, so that reading back never needs more than thirty steps."""

from __future__ import annotations

from collections.abc import Iterator

from bot.vault.model import Row
from bot.vault.replay import Delta, Replay
from bot.vault.shelf import Shelf
from bot.vault.shipping import Shipping

FULL_EVERY = 30
PAGE_ROWS = 5_000


def write_full(shelf: Shelf, shipping: Shipping, base: int, delta: Delta) -> None:
    """Write where every record of snapshot `base` as changed by `delta` lies."""
    put = {(row.resource, row.record_id) for row in Replay(shelf).rows(delta)}
    gone = {(resource, record_id) for resource, record_ids in delta.gone() for record_id in record_ids}
    shipping.know(delta.packs)
    shipping.refer(Replay(shelf).rows(delta))
    over = put | gone
    shipping.refer(row for row in _state(shelf, base) if (row.resource, row.record_id) not in over)
    shipping.close()


def _state(shelf: Shelf, number: int) -> Iterator[Row]:
    for resource in shelf.index.resources():
        after: str | None = None
        while page := shelf.index.page_at(number, resource, after, PAGE_ROWS):
            yield from page
            after = page[-1].record_id
