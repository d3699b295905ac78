"""Keep the worst differences of very many, and count them all. Pure."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Hashable
from typing import Generic, TypeVar

from bot.domain.proof import Finding

MOST = 2000  # entries a list
RANK = {Finding.NOT_PREDICTED: 0, Finding.NOT_VERIFIED: 1, Finding.AS_PREDICTED: 2}
Entry = TypeVar("Entry", bound=Hashable)


class Worst(Generic[Entry]):
    """A list that holds at most the worst `MOST`: findings first, then weight, then the order of arrival."""

    def __init__(self, most: int = MOST) -> None:
        self._most, self._heap, self._arrived = most, list[tuple[int, int, int, Entry]](), 0
        self.counts: Counter[Finding] = Counter()

    def add(self, finding: Finding, entry: Entry, weight: int = 0) -> None:
        """Take one; a smaller weight is worse."""
        self.counts[finding] += 1
        self._arrived += 1
        place = (-RANK[finding], -weight, -self._arrived, entry)
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, place)
        elif place[:3] > self._heap[0][:3]:
            heapq.heapreplace(self._heap, place)

    def entries(self) -> list[Entry]:
        """Give what was kept, worst first."""
        return [place[3] for place in sorted(self._heap, key=lambda one: one[:3], reverse=True)]
