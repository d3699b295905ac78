"""Writing batch by batch, without bad days: order, outcomes, words, and that twice is once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.crypto import KeyRing
from tests.faults.writing_room import Room, open_room, require_whole


@pytest.fixture
def room(sqlite_url: str, clock: Any, key_ring: KeyRing) -> Iterator[Room]:
    yield from open_room(sqlite_url, clock, key_ring)


def test_writing_when_nothing_breaks_then_everything_is_there_once(room: Room) -> None:
    book = room.begin()
    room.write_all(book)
    require_whole(room, book)
