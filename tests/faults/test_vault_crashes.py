"""The writer dies or loses the store at any operation; what is published stays exactly what was meant."""

from __future__ import annotations

import io
import shutil
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from obstore.store import MemoryStore

from bot.crypto import KeyRing, new_key
from bot.errors import StoreUnavailable
from bot.vault import Books, Draft, Rest, Stage, Store, Vault, new_data_key
from bot.vault.spool import Spool
from bot.vault.store import Listed

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
IDS = st.sampled_from(["a", "b", "c", "d", "e\u00e9"])
RAW = st.sampled_from([b"1", b"2", b"3", b"", b"x" * 300])
CHANGES = st.dictionaries(IDS, st.none() | RAW, max_size=5)
Model = dict[str, dict[str, bytes]]
# How much of a resource a run reads: all, what it got to, what changed (in one stage or in two), nothing.
HOW = st.sampled_from(["whole", "partial", "update", "in two", "carry"])


class KilledError(BaseException):
    """Stands for the process being killed at this point."""


class FaultyStore(Store):
    """A store that fails at the n-th operation: before or after its effect, by death or by answer."""

    countdown = -1
    after = False
    dies = True

    def arm(self, countdown: int, *, after: bool, dies: bool) -> None:
        self.countdown, self.after, self.dies = countdown, after, dies

    def _strike(self, *, after: bool) -> None:
        if after == self.after:
            self.countdown -= 1
            if self.countdown == 0:
                raise KilledError if self.dies else StoreUnavailable("gone")

    def get(self, name: str) -> bytes:
        self._strike(after=False)
        return super().get(name)

    def put_new(self, name: str, data: bytes | bytearray | Spool) -> bool:
        self._strike(after=False)
        done = super().put_new(name, data)
        self._strike(after=True)
        return done

    def put(self, name: str, data: bytes) -> None:
        self._strike(after=False)
        super().put(name, data)
        self._strike(after=True)

    def delete(self, name: str) -> None:
        self._strike(after=False)
        super().delete(name)
        self._strike(after=True)

    def list(self, prefix: str):  # type: ignore[no-untyped-def]
        self._strike(after=False)
        found: list[Listed] = [*super().list(prefix)]
        return iter(found)


class BackupsThatCrash(RuleBasedStateMachine):
    """Back up, crash anywhere, resume, lose the cache, verify: every snapshot equals its model."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="lk-vault-"))
        self.store = FaultyStore(MemoryStore())
        self.ring, self.key = KeyRing.parse(new_key("ring")), new_data_key()
        self.caches = self.runs = 0
        self.source: Model = {"invoices": {}, "contacts": {}}
        self.pending: Model | None = None
        self.how: dict[str, str] = {}
        self.seen: Model = {}
        self.gone: set[str] = set()
        self.published: list[Model] = []
        self.small = [
            patch("bot.vault.blobs.BLOB_PIECE_BYTES", 64),
            patch("bot.vault.blobs.SHARED_BLOB_BYTES", 128),
            patch("bot.vault.shipping.SHARED_BLOB_BYTES", 128),
        ]
        for one in self.small:
            one.start()

    def teardown(self) -> None:
        for one in self.small:
            one.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def books(self) -> Books:
        cache = self.root / str(self.caches)
        return Vault(self.store, self.ring, cache, now=lambda: START, tool="t").books("T1", "o1", self.key)

    @initialize(first=CHANGES)
    def begin(self, first: dict[str, bytes | None]) -> None:
        self.change("invoices", first)

    @rule(resource=st.sampled_from(["invoices", "contacts"]), changes=CHANGES)
    def change(self, resource: str, changes: dict[str, bytes | None]) -> None:
        if self.pending is None:
            for record_id, raw in changes.items():
                self.source[resource].pop(record_id, None)
                if raw is not None:
                    self.source[resource][record_id] = raw

    @rule(
        crash=st.integers(0, 24),
        after=st.booleans(),
        dies=st.booleans(),
        how=st.fixed_dictionaries({"invoices": HOW, "contacts": HOW}),
        ids=st.tuples(st.sets(IDS), st.sets(IDS)),
    )
    def back_up(
        self, crash: int, after: bool, dies: bool, how: dict[str, str], ids: tuple[set[str], set[str]]
    ) -> None:
        if self.pending is None:
            self.runs += 1
            self.how, (looked, self.gone) = how, ids
            self.seen = {name: self._seen(name, looked) for name in self.source}
            before: Model = self.published[-1] if self.published else {"invoices": {}, "contacts": {}}
            self.pending = {name: self._expected(name, before[name]) for name in self.source}
        self.store.arm(crash, after=after, dies=dies)
        try:
            self._run()
        except (KilledError, StoreUnavailable):
            return
        finally:
            self.store.arm(-1, after=False, dies=True)
        self.published.append(self.pending)
        self.pending = None

    def _seen(self, name: str, looked: set[str]) -> dict[str, bytes]:
        updated = {one: raw for one, raw in self.source[name].items() if one in looked}
        how = {"update": updated, "in two": updated, "carry": {}}
        return how.get(self.how[name], dict(self.source[name]))

    def _expected(self, name: str, before: dict[str, bytes]) -> dict[str, bytes]:
        going = {"whole": set(before), "update": self.gone, "in two": self.gone}.get(self.how[name], set())
        return {one: raw for one, raw in before.items() if one not in going} | self.seen[name]

    def _run(self) -> None:
        draft = self.books.draft(f"run {self.runs}", START)
        for name in self.seen:
            for part in (1, 2) if self.how[name] == "in two" else (0,):
                if f"{name} {part}" not in draft.stages_done():
                    self._stage(draft, name, part)
        info = draft.publish({})
        assert info.number == len(self.published) + 1

    def _stage(self, draft: Draft, name: str, part: int) -> None:
        stage = draft.stage(f"{name} {part}")
        records = {
            one: raw
            for number, (one, raw) in enumerate(self.seen[name].items())
            if part in {0, number % 2 + 1}
        }
        for record_id, raw in records.items():
            self._add(stage, name, record_id, b"overtaken" * 20)
            self._add(stage, name, record_id, raw)
        self._finish(stage, name, part)
        stage.seal({"count": len(records)})

    @staticmethod
    def _add(stage: Stage, name: str, record_id: str, raw: bytes) -> None:
        if name == "contacts":
            stage.add(name, record_id, raw)
        else:  # as files, of which the larger ones have packs of their own
            stage.add_blob(name, record_id, io.BytesIO(raw))

    def _finish(self, stage: Stage, name: str, part: int) -> None:
        gone = self.gone - self.seen[name].keys() if part < 2 else set()
        match self.how[name]:
            case "carry":
                stage.carry(name, facts={})
            case "update" | "in two":
                stage.finish(name, complete=True, facts={}, rest=Rest.STAND, gone=gone)
            case how:
                stage.finish(name, complete=how == "whole", facts={})

    @rule()
    def lose_the_cache(self) -> None:
        self.caches += 1

    @precondition(lambda self: self.published)
    @rule()
    def verify(self) -> None:
        assert self.books.verify(full=True).problems == ()
        assert self.books.reindex() == len(self.books.snapshots())

    @invariant()
    def every_snapshot_is_what_was_backed_up(self) -> None:
        infos = self.books.snapshots()
        # A run that died right after its head was written is published already; resuming must find it.
        expected = self.published + (
            [self.pending] if len(infos) > len(self.published) and self.pending else []
        )
        found = [
            {
                name: {record.record_id: record.raw for record in self.books.records(info, name)}
                for name in info.resources
            }
            for info in infos
        ]
        assert found == expected


BackupsThatCrash.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
TestBackupsThatCrash = BackupsThatCrash.TestCase

WRITER = """
import io, sys, time
from datetime import UTC, datetime
from pathlib import Path
from bot.crypto import KeyRing
from bot.vault import Store, Vault
class Ticking(io.BytesIO):
    def read(self, size=-1):
        print("tick", flush=True)
        return super().read(size)
root, ring, key = Path(sys.argv[1]), KeyRing.parse(sys.argv[2]), bytes.fromhex(sys.argv[3])
vault = Vault(Store.open(f"file://{root}/vault", {}), ring, root / "cache", now=lambda: datetime.now(UTC))
draft = vault.books("T1", "o1", key).draft("the run", datetime.now(UTC))
for number in range(6):
    name = f"stage{number}"
    if name in draft.stages_done():
        continue
    stage = draft.stage(name)
    for record in range(300):
        stage.add(name, f"r{record}", f"{number}/{record}/".encode() * 2000)
        if record % 20 == 0:
            print("tick", flush=True)
    stage.finish(name, complete=True, facts={})
    stage.add_blob(f"files{number}", "f", Ticking(bytes([number]) * 6_000_000))
    stage.finish(f"files{number}", complete=True, facts={})
    stage.seal({"n": number})
    print("tick", flush=True)
info = draft.publish({})
print("published", info.id, flush=True)
"""


@pytest.mark.parametrize("point", [1, 14, 19, 44, 64, 110, 139])
def test_writer_killed_at_any_point_publishes_once_when_resumed(tmp_path: Path, point: int) -> None:
    entry, key = new_key("ring"), new_data_key()
    command = [sys.executable, "-c", WRITER, str(tmp_path), entry, key.hex()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for seen, _ in enumerate(writer.stdout, start=1):
            if seen >= point:
                writer.send_signal(signal.SIGKILL)
                break
    first = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    second = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    published = first.stdout.splitlines()[-1]
    assert published.startswith("published")
    assert second.stdout.splitlines() == [published]
    store = Store.open(f"file://{tmp_path}/vault", {})
    vault = Vault(store, KeyRing.parse(entry), tmp_path / "fresh", now=lambda: START)
    books = vault.books("T1", "o1", vault.data_key("T1"))
    (info,) = books.snapshots()
    assert {name: entry.count for name, entry in info.resources.items()} == dict.fromkeys(
        [f"stage{number}" for number in range(6)], 300
    ) | dict.fromkeys([f"files{number}" for number in range(6)], 1)
    for number in range(6):
        assert b"".join(books.blob(info, f"files{number}", "f") or ()) == bytes([number]) * 6_000_000
    assert books.record(info, "stage3", "r7").raw == b"3/7/" * 2000  # type: ignore[union-attr]
    assert books.verify(full=True).problems == ()
