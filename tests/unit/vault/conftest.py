"""Books in a vault, on disk or in memory, with a clock that stands still until told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.crypto import KeyRing, new_key
from bot.vault import Books, Change, SnapshotInfo, Store, Vault, new_data_key

State = Mapping[str, bytes]


@dataclass
class Shop:
    """A vault with one organisation's books, and a short way to make backups."""

    root: Path
    store: Store
    ring: KeyRing = field(default_factory=lambda: KeyRing.parse(new_key("first")))
    data_key: bytes = field(default_factory=new_data_key)
    time: datetime = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    cache: str = "cache"
    runs: int = 0

    @property
    def vault(self) -> Vault:
        return Vault(self.store, self.ring, self.root / self.cache, now=self.now, tool="test")

    @property
    def books(self) -> Books:
        return self.vault.books("T1", "org-1", self.data_key)

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time

    def back_up(self, complete: bool = True, **resources: State) -> SnapshotInfo:
        """Take a backup of these resources, one stage each, and publish it."""
        self.runs += 1
        draft = self.books.draft(f"run {self.runs}", self.now())
        for name, state in resources.items():
            stage = draft.stage(name)
            for record_id, raw in state.items():
                assert stage.add(name, record_id, raw) in Change
            stage.finish(name, complete=complete, facts={})
            stage.seal({"read": len(state)})
        return draft.publish({"organisation": "Demo"})

    def read(self, snapshot: SnapshotInfo, resource: str) -> dict[str, bytes]:
        """Read a resource back."""
        return {record.record_id: record.raw for record in self.books.records(snapshot, resource)}

    def forget_cache(self) -> None:
        """Go on with an empty cache folder, as another machine would."""
        self.cache += "+"

    def objects(self) -> dict[str, bytes]:
        """Return every object of the store."""
        found = [item.name for prefix in ("w", "") for item in self.store.list(prefix)]
        return {name: self.store.get(name) for name in found if not name.startswith("tmp/")}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Books on disk."""
    return Shop(tmp_path, Store.open(f"file://{tmp_path}/vault", {}))


@pytest.fixture
def memory_shop(tmp_path: Path) -> Shop:
    """Books in memory, where objects are easily altered."""
    return Shop(tmp_path, Store.open("memory:///", {}))
