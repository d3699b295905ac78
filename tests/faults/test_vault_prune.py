"""Dropping dies, loses the store, or meets a backup at any operation; nothing that is kept is ever lost."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from moto.server import ThreadedMotoServer
from obstore.store import MemoryStore

from bot.crypto import KeyRing, new_key
from bot.errors import AlreadyRunning, Damaged, StoreUnavailable
from bot.vault import Books, Pruned, Store, Vault, new_data_key
from bot.vault.keys import BookKeys
from bot.vault.manifest import open_manifest
from bot.vault.names import Place
from bot.vault.store import Listed
from tests.faults.test_vault_crashes import IDS, RAW, FaultyStore, KilledError

START = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KEY, RING = new_data_key(), KeyRing.parse(new_key("ring"))
State = dict[str, bytes]
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


class InterruptedStore(FaultyStore):
    """Counts operations; at one of them somebody else does something first.

    With `only_writes` reads do not count: between two writes it makes no difference when one dies.
    """

    calls = 0
    only_writes = False
    at = -1
    meanwhile: Callable[[], None] | None = None
    busy = False
    shown: tuple[str, int] | None = None

    def list(self, prefix: str) -> Iterator[Listed]:
        listing = Store.list(self, prefix) if self.only_writes else super().list(prefix)
        found = sorted(listing, key=lambda item: item.name)
        hidden = self.shown and prefix.endswith(f"/{self.shown[0]}")
        return iter(found[: self.shown[1]] if self.shown and hidden else found)

    def get(self, name: str) -> bytes:
        return Store.get(self, name) if self.only_writes else super().get(name)

    def _strike(self, *, after: bool) -> None:
        if not after and not self.busy:
            self.calls += 1
            if self.calls == self.at and self.meanwhile:
                self.busy = True
                try:
                    self.meanwhile()
                finally:
                    self.busy = False
        super()._strike(after=after)


class House:
    """Books on one store, a clock, and what every snapshot must read as."""

    def __init__(self, store: Store, root: Path) -> None:
        self.store, self.root, self.time = store, root, START
        self.runs = 0
        self.model: dict[str, State] = {}

    def books(self, machine: str = "here") -> Books:
        vault = Vault(self.store, RING, self.root / machine, now=lambda: self.time, tool="t")
        return vault.books("T1", "o1", KEY)

    def back_up(self, state: State, machine: str = "here") -> str:
        self.runs += 1
        run = f"run {self.runs}"
        draft = self.books(machine).draft(run, self.time)
        stage = draft.stage("all")
        for record_id, raw in state.items():
            stage.add("invoices", record_id, raw)
        stage.finish("invoices", complete=True, facts={})
        stage.seal({})
        draft.publish({})
        self.model[run] = dict(state)
        return run

    def fill(self, nights: int) -> None:
        """Let most records change, some change back, and one stay as it is."""
        for night in range(nights):
            self.time += DAY
            self.back_up(
                {"stays": b"s" * 400, "back": b"%d" % (night % 3) * 300, f"only{night}": b"o" * 500}
                | {f"r{number}": b"%d/%d" % (number, night // (number + 1)) * 60 for number in range(6)}
            )

    def prune(self, *numbers: int, machine: str = "here") -> Pruned:
        """Drop, and hold the model to what was really dropped."""
        try:
            return self.books(machine).prune(numbers)
        finally:
            self.settle(numbers)

    def settle(self, *asked: Collection[int]) -> None:
        """Take from the model what is really dropped, which must be one of what was asked for, or nothing."""
        if isinstance(self.store, InterruptedStore):
            if self.store.busy:
                return
            self.store.at = -1
        if isinstance(self.store, FaultyStore):
            self.store.arm(-1, after=False, dies=True)
        books = self.books("judge")
        listed = {info.run_id for info in books.snapshots()}
        gone = {one.run_id: one.number for one in books.dropped()}
        lost = self.model.keys() - listed
        assert lost <= gone.keys()
        assert not lost or {gone[run] for run in lost} in [set(numbers) for numbers in asked]
        self.model = {run: state for run, state in self.model.items() if run in listed}

    def check(self, machine: str = "here", *, full: bool = True) -> None:
        for cache in (machine, f"new {self.runs} {self.time:%j%H}"):
            books = self.books(cache)
            found = {
                info.run_id: {record.record_id: record.raw for record in books.records(info, "invoices")}
                for info in books.snapshots()
            }
            assert found == self.model
        assert self.books(machine).verify(full=full).problems == ()

    def objects(self) -> dict[str, bytes]:
        return {item.name: self.store.get(item.name) for item in list(self.store.list(""))}


def filled(tmp_path: Path, nights: int = 7) -> House:
    house = House(InterruptedStore(MemoryStore()), tmp_path)
    house.fill(nights)
    return house


def marked(tmp_path: Path) -> House:
    """A house where packs wait for their time, and it has come."""
    house = filled(tmp_path)
    house.prune(2, 3, 4)
    house.fill(1)
    house.time += DAY
    return house


def copy_of(house: House, root: Path) -> House:
    store = InterruptedStore(MemoryStore())
    for name, data in house.objects().items():
        store.put(name, data)
    other = House(store, root)
    other.time, other.runs, other.model = house.time, house.runs, dict(house.model)
    return other


def operations(
    house: House, tmp_path: Path, act: Callable[[House], object], *, only_writes: bool = False
) -> int:
    """Count what the store is asked for while that is done undisturbed."""
    other = copy_of(house, tmp_path / "count")
    other.books().snapshots()
    assert isinstance(other.store, InterruptedStore)
    other.store.calls, other.store.only_writes = 0, only_writes
    act(other)
    return other.store.calls


def drop_more(house: House) -> Pruned:
    return house.books().prune([1, 5])


@pytest.mark.parametrize(
    ("only_writes", "dies", "step"), [(True, True, 1), (True, False, 1), (False, False, 13)]
)
@pytest.mark.parametrize("after", [True, False])
def test_crash_at_any_operation_leaves_what_is_kept_and_the_next_prune_ends_it(
    tmp_path: Path, only_writes: bool, dies: bool, step: int, after: bool
) -> None:
    house = marked(tmp_path)
    total = operations(house, tmp_path, drop_more, only_writes=only_writes)
    assert total > (6 if only_writes else 30)
    for point in range(1, total + 1, step):
        one = copy_of(house, tmp_path / f"{point}")
        one.books().snapshots()
        assert isinstance(one.store, InterruptedStore)
        one.store.only_writes = only_writes
        one.store.arm(point, after=after, dies=dies)
        with suppress(KilledError, StoreUnavailable):
            drop_more(one)
        one.settle([1, 5])
        one.store.only_writes = False
        one.check()
        end_it(one)
        shutil.rmtree(tmp_path / f"{point}")


def end_it(house: House) -> None:
    """Go on as the next nights would: everything that was given up is gone in the end."""
    left = [number for number in (1, 5) if number in numbers(house)]
    house.fill(1)
    assert house.prune(*left).refused == ""
    house.time += DAY
    house.fill(1)
    done = house.prune()
    assert (done.bytes_waiting, done.waiting_until) == (0, None)
    assert not doomed(house) & set(house.objects())
    house.check()


def numbers(house: House) -> list[int]:
    return [info.number for info in house.books().snapshots()]


def test_backup_at_any_moment_of_a_prune_loses_nothing(tmp_path: Path) -> None:
    house = marked(tmp_path)
    total = operations(house, tmp_path, drop_more)
    outcomes = set()
    for point in range(1, total + 1, 3):
        one = copy_of(house, tmp_path / f"{point}")
        assert isinstance(one.store, InterruptedStore)
        books = one.books()
        books.snapshots()
        # The other machine's backup wants a version back that only dropped snapshots hold.
        again = {"only1": b"o" * 500, "only2": b"o" * 500, "back": b"1" * 300}
        one.store.calls, one.store.at = 0, point
        one.store.meanwhile = lambda one=one, again=again: one.back_up(again, "there")
        outcomes.add(bool(drop_more(one).refused))
        one.settle([1, 5])
        one.time += DAY
        one.fill(1)
        one.prune()
        one.check("there")
        shutil.rmtree(tmp_path / f"{point}")
    assert outcomes == {True, False}


def test_prune_at_any_moment_of_a_backup_loses_nothing(tmp_path: Path) -> None:
    house = marked(tmp_path)
    again = {"only1": b"o" * 500, "only2": b"o" * 500, "back": b"1" * 300}
    total = operations(house, tmp_path, lambda one: one.back_up(again))
    outcomes = set()
    for point in range(1, total + 1):
        one = copy_of(house, tmp_path / f"{point}")
        assert isinstance(one.store, InterruptedStore)
        one.books().snapshots()
        one.store.calls, one.store.at = 0, point

        def meanwhile(one: House = one) -> None:
            one.books("there").prune([1, 5])
            one.time += 31 * DAY  # a backup that takes a month
            one.books("there").prune([])

        one.store.meanwhile = meanwhile
        try:
            one.back_up(again)
            outcomes.add("published")
        except AlreadyRunning:
            outcomes.add("refused")
        one.settle([1, 5])
        one.check("there")
        one.back_up(again)
        one.check()
        shutil.rmtree(tmp_path / f"{point}")
    assert outcomes == {"published", "refused"}


def test_two_prunes_at_once_end_in_one(tmp_path: Path) -> None:
    house = marked(tmp_path)
    total = operations(house, tmp_path, drop_more)
    for point in range(1, total + 1, 9):
        one = copy_of(house, tmp_path / f"{point}")
        assert isinstance(one.store, InterruptedStore)
        one.books().snapshots()
        one.store.calls, one.store.at = 0, point
        one.store.meanwhile = lambda one=one: one.books("there").prune([1, 6])
        with suppress(ValueError):  # the other one had dropped number 1 already
            assert drop_more(one).refused
        one.settle([1, 6], [1, 5])
        one.check("there")
        shutil.rmtree(tmp_path / f"{point}")


@pytest.mark.parametrize("part", ["heads", "manifests", "packs"])
def test_damage_of_what_a_thinning_wrote_is_said_and_never_read(tmp_path: Path, part: str) -> None:
    house = filled(tmp_path)
    before = set(house.objects())
    house.prune(1, 2, 3, 4)
    fresh = [name for name in sorted(set(house.objects()) - before) if f"/{part}/" in name]
    assert fresh
    for name in fresh:
        data = house.store.get(name)
        step = max(1, len(data) // 25)
        for at in range(0, len(data), step):
            house.store.put(name, data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
            books = house.books(f"{part}{name[-4:]}{at}")
            assert books.verify(full=True).problems
            if part != "packs":  # only a part of the packs is read in full every day
                assert "damage" in refused_or_raised(books, [5])
            read_exactly_or_not_at_all(house, books)
        house.store.put(name, data)
    house.check()


def refused_or_raised(books: Books, drop: list[int]) -> str:
    try:
        return "damage" if books.prune(drop).problems else ""
    except Damaged:
        return "damage"


def read_exactly_or_not_at_all(house: House, books: Books) -> None:
    try:
        for info in books.snapshots():
            found = {record.record_id: record.raw for record in books.records(info, "invoices")}
            assert found == house.model[info.run_id]
    except Damaged:
        return


@pytest.mark.parametrize("folder", ["packs", "heads", "drafts"])
@pytest.mark.parametrize("shown", [0, 3])
@pytest.mark.parametrize("machine", ["here", "new"])
def test_listing_that_comes_back_empty_or_short_loses_nothing(
    tmp_path: Path, folder: str, shown: int, machine: str
) -> None:
    house = marked(tmp_path)
    assert isinstance(house.store, InterruptedStore)
    before, waiting = set(house.objects()), doomed(house)
    house.store.shown = (folder, shown)
    try:
        done = house.books(machine).prune([1])
    except Damaged:
        done = Pruned(problems=("damage",))
    except ValueError:  # as if there were no snapshot
        done = Pruned()
    house.store.shown = None
    house.settle([1])
    if folder == "packs":
        assert done.problems
    if folder == "heads":
        assert not done.dropped
    gone = before - set(house.objects())
    assert gone <= waiting
    house.check()


def doomed(house: House) -> set[str]:
    """Name the packs that wait to be deleted."""
    keys, found = BookKeys.of(Place("T1", "o1"), KEY), set()
    for name, data in house.objects().items():
        if "/manifests/" in name:
            thinning = open_manifest(keys, name.rpartition("/")[2], data).thinning
            found |= {keys.place.pack(one.id) for one in thinning.doomed} if thinning else set()
    return found


def test_thinning_made_without_the_key_is_refused(tmp_path: Path) -> None:
    house = filled(tmp_path)
    forger = Vault(house.store, RING, tmp_path / "forger", now=lambda: house.time, tool="t")
    copied = House(InterruptedStore(MemoryStore()), tmp_path / "copy")
    strange = new_data_key()
    strangers = Vault(copied.store, RING, tmp_path / "strange", now=lambda: house.time, tool="t")
    books = strangers.books("T1", "o1", strange)
    for run in range(7):
        draft = books.draft(f"{run}", START)
        stage = draft.stage("x")
        stage.add("invoices", "a", b"%d" % run)
        stage.finish("invoices", complete=True, facts={})
        stage.seal({})
        draft.publish({})
    assert books.prune([1, 2, 3, 4, 5, 6]).dropped
    for part in ("heads", "manifests", "packs"):  # number 8 follows our number 7 by name
        for item in list(copied.store.list(f"w/T1/o/o1/{part}")):
            house.store.put_new(item.name, copied.store.get(item.name))
    with pytest.raises(Damaged):
        forger.books("T1", "o1", KEY).snapshots()
    assert house.books().verify().problems
    house.store.delete("w/T1/o/o1/heads/00000008")
    house.check()


@pytest.mark.parametrize("place", ["folder", "s3"])
def test_prune_on_a_folder_and_on_s3(tmp_path: Path, place: str, request: pytest.FixtureRequest) -> None:
    if place == "folder":
        store = Store.open(f"file://{tmp_path}/vault", {})
    else:
        endpoint = request.getfixturevalue("s3")
        store = Store.open("s3://books/deep", {**CREDENTIALS, "AWS_ENDPOINT_URL": endpoint})
    house = House(store, tmp_path)
    house.fill(6)
    house.prune(1, 2, 4)
    house.check()
    house.fill(1)
    assert house.prune(3).objects_deleted > 0
    house.fill(1)
    assert house.prune().objects_deleted > 0
    house.check()


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client: Any = boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="books")
    client.close()
    yield endpoint
    server.stop()


class Years(RuleBasedStateMachine):
    """Back up, drop, let days pass, crash anywhere, lose the cache: what is kept equals its model."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="lk-years-"))
        self.store = FaultyStore(MemoryStore())
        self.house = House(self.store, self.root)
        self.caches = 0
        self.state: State = {}

    def teardown(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def machine(self) -> str:
        return f"machine {self.caches}"

    @initialize(state=st.dictionaries(IDS, RAW, max_size=5))
    def begin(self, state: State) -> None:
        self.back_up(state, 1)
        self.back_up({"a": b"1"}, 1)

    @rule(changes=st.dictionaries(IDS, st.none() | RAW, max_size=5), days=st.integers(0, 3))
    def back_up(self, changes: dict[str, bytes | None], days: int) -> None:
        for record_id, raw in changes.items():
            self.state.pop(record_id, None)
            if raw is not None:
                self.state[record_id] = raw
        self.house.time += timedelta(days=days)
        self.house.back_up(self.state, self.machine)

    @rule(
        chosen=st.sets(st.integers(0, 12)), crash=st.integers(0, 80), after=st.booleans(), dies=st.booleans()
    )
    def drop(self, chosen: set[int], crash: int, after: bool, dies: bool) -> None:
        stands = [info.number for info in self.house.books(self.machine).snapshots()][:-1]
        dropped = tuple(stands[position] for position in sorted(chosen) if position < len(stands))
        self.store.arm(crash, after=after, dies=dies)
        try:
            self.house.books(self.machine).prune(dropped)
        except (KilledError, StoreUnavailable):
            pass
        finally:
            self.store.arm(-1, after=False, dies=True)
        self.house.settle(dropped)

    @rule()
    def lose_the_cache(self) -> None:
        self.caches += 1

    @rule()
    def sweep(self) -> None:
        self.house.books(self.machine).sweep(DAY)

    @precondition(lambda self: self.house.model)
    @rule()
    def verify(self) -> None:
        assert self.house.books(self.machine).verify(full=True).problems == ()

    @invariant()
    def everything_kept_reads_as_it_was(self) -> None:
        books = self.house.books(self.machine)
        found = {
            info.run_id: {record.record_id: record.raw for record in books.records(info, "invoices")}
            for info in books.snapshots()
        }
        assert found == self.house.model


Years.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
TestYears = Years.TestCase
