"""Connections to index files that wait to be used again, few of them over all organisations.

Each holds up to three files open (the index, its log and the log's index), so a bot of many organisations
must not keep one for each. It knows nothing of what is in an index, and nothing of connections in use.
"""

from __future__ import annotations

import sqlite3
from threading import Lock

MOST = 32


class IdleConnections:
    """Those given back last, whoever they belong to; safe to use from several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: list[tuple[str, sqlite3.Connection]] = []
        self._lock = Lock()

    def take(self, owner: str) -> sqlite3.Connection | None:
        """Hand out a connection of this owner, the one used last, or None when none waits."""
        with self._lock:
            for at in range(len(self._kept) - 1, -1, -1):
                if self._kept[at][0] == owner:
                    return self._kept.pop(at)[1]
        return None

    def keep(self, owner: str, connection: sqlite3.Connection) -> None:
        """Let a connection wait; the one that has waited longest is closed when there are too many."""
        with self._lock:
            self._kept.append((owner, connection))
            over = self._kept[: -self._most]
            del self._kept[: len(over)]
        for _, oldest in over:  # closing may write the log back, which others need not wait for
            oldest.close()

    def close(self, owner: str) -> None:
        """Close all that wait of this owner."""
        with self._lock:
            going = [one for one in self._kept if one[0] == owner]
            self._kept = [one for one in self._kept if one[0] != owner]
        for _, connection in going:
            connection.close()
