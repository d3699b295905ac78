"""Fill up one portion: ask for what is due, in its order, five calls at a time, and hand the bytes on.

A record whose turn fails keeps its place for another night; what came for it before stands. Must not touch
the database or Slack.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import date
from typing import IO, cast

from bot.backup.filling.answers import collection_of, history_in, listed_file
from bot.backup.filling.due import Due
from bot.backup.filling.fetching import MOST_BYTES, TRIES, Opened, fetch_file, fetch_list
from bot.backup.filling.kinds import FillKind, Shape
from bot.backup.filling.portion import Portion
from bot.backup.filling.spending import Spending
from bot.backup.filling.turns import ANY_FILE, Held, Marks, Task, Turn, held_of
from bot.catalogue import RESOURCES
from bot.errors import (
    DayLimitReached,
    Disconnected,
    LedgerkeepError,
    Misconfigured,
    ReadRefused,
    RefusalKind,
    StoreUnavailable,
    Transient,
    XeroUnavailable,
)
from bot.vault import Rest, Stage
from bot.xero.calls import Call, call_below
from bot.xero.client import XeroClient
from bot.xero.http import Answer
from bot.xero.limits import Stopped
from bot.xero.split import Peek, split

_ENDS_ALL = (Disconnected, Misconfigured, StoreUnavailable)
_PUTS_OFF = (DayLimitReached, Stopped)
_REFUSES_KIND = frozenset({RefusalKind.SCOPE, RefusalKind.ROLE, RefusalKind.TIER})
_PATIENCE = 5  # troubles of Xero in a row; then the rest waits for another night
_CONCURRENCY = 5


class Filler:
    """Reads one portion into a stage."""

    def __init__(
        self,
        client: XeroClient,
        stage: Stage,
        *,
        today: date,
        on_records: Callable[[str, int], None] = lambda _key, _count: None,
    ) -> None:
        self._client, self._stage, self._today, self._on_records = client, stage, today, on_records
        self._todo: deque[Task] = deque()
        self._running: dict[Future[Answer | Opened], Task] = {}
        self._held: dict[str, Held] = {}
        self._marks, self._refused = Marks(), dict[str, str]()
        self._troubles = 0
        self._last: LedgerkeepError | None = None
        self._ended = False
        self.stopped = False  # somebody wants the run to end, or the process does

    def fill(self, due: Sequence[Due], *, start: int, calls: int, most: int | None = None) -> Portion:
        """Give those in line from `start` on their turn until so many calls are spent.

        Files of a list that has come are fetched even beyond that, never beyond `most`: then they wait for
        another run. The stage's resources are finished, not sealed; a stop ends the portion early. Raises
        Disconnected, Misconfigured, StoreUnavailable once all calls have settled.
        """
        line, taken = iter(range(start, len(due))), 0
        self._spending = Spending(self._client, calls=calls, most=calls if most is None else most)
        with ThreadPoolExecutor(_CONCURRENCY, thread_name_prefix="xero") as pool:
            while True:
                while self._may_ask() and len(self._running) < _CONCURRENCY:
                    if not self._todo:
                        place = self._next(line, due, self._spending.may_begin())
                        if place is None:
                            break
                        taken = place + 1 - start
                    self._ask(pool)
                if not self._running:
                    break
                self._settle_some()
        if self._last is not None:
            raise self._last
        for key, held in self._held.items():
            self._stage.finish(key, complete=True, facts={}, rest=Rest.STAND, gone=held.gone)
        return Portion(
            taken=taken,
            calls=self._spending.made,
            failed=tuple(sorted(self._marks.failed - self._marks.put_off)),
            put_off=tuple(sorted(self._marks.put_off)),
            listed=tuple(sorted(self._marks.listed)),
            empty=tuple(sorted(self._marks.empty)),
            refused=self._refused,
            counts={key: held.counts for key, held in self._held.items()},
            ended=self._ended,
        )

    def _may_ask(self) -> bool:
        return self._last is None and not (self._ended and not self._todo)

    def _next(self, line: Iterator[int], due: Sequence[Due], has_calls: bool) -> int | None:
        """Put the next in line on the list of calls; those of a kind that Xero refuses are passed over."""
        if not has_calls or self._ended:
            return None
        for place in line:
            if due[place].kind in self._refused:
                self._marks.put_off.add(place)
                continue
            turn = Turn(place, due[place])
            if turn.due.listed:
                self._want_left(turn)
            if not turn.open:
                self._begin(turn)
            return place
        return None

    def _begin(self, turn: Turn) -> None:
        turn.open, turn.failed = 1, False
        call = self._call(turn)
        if turn.kind.shape is Shape.FILE:
            accept = turn.kind.resource.read.accept if turn.kind.resource.read else ANY_FILE
            self._todo.append(Task(turn, call, file_id=turn.name, accept=accept))
        else:
            self._todo.append(Task(turn, call))

    def _call(self, turn: Turn) -> Call:
        return call_below(turn.kind.resource, RESOURCES[turn.due.parent], turn.due.parent_id, self._today)

    def _ask(self, pool: ThreadPoolExecutor) -> None:
        task = self._todo.popleft()
        if self._spending.take():
            self._running[pool.submit(self._fetch, task)] = task
            return
        place = task.turn.place
        self._marks.put_off.add(place)
        if task.file_id and task.turn.kind.shape is Shape.ATTACHMENTS:
            self._marks.listed.add(place)
        self._close(task.turn)

    def _fetch(self, task: Task) -> Answer | Opened:
        if not task.file_id:
            return fetch_list(self._client, task.call)
        return fetch_file(
            self._client,
            task.call,
            accept=task.accept,
            due=task.length,
            tries=TRIES - task.broke,
            again=self._may_try_again,
        )

    def _may_try_again(self, error: Exception) -> bool:
        return isinstance(error, XeroUnavailable) and not self._ended and self._spending.take()

    def _settle_some(self) -> None:
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        for future in done:
            task = self._running.pop(future)
            try:
                self._take(task, future.result())
            except LedgerkeepError as error:
                self._note(task, error)
            else:
                self._troubles = 0
            self._close(task.turn)

    def _close(self, turn: Turn) -> None:
        turn.open -= 1
        if not turn.open and turn.failed:
            self._marks.failed.add(turn.place)

    def _note(self, task: Task, error: LedgerkeepError) -> None:
        if isinstance(error, _ENDS_ALL):
            self._last = self._last or error
            return
        if isinstance(error, ReadRefused):
            self._note_refusal(task, error)
            return
        if isinstance(error, _PUTS_OFF):
            self._marks.put_off.add(task.turn.place)
            self._ended, self.stopped = True, self.stopped or isinstance(error, Stopped)
            return
        task.turn.failed = True
        self._troubles += isinstance(error, Transient)
        self._ended = self._ended or self._troubles >= _PATIENCE

    def _note_refusal(self, task: Task, error: ReadRefused) -> None:
        # Not found says nothing of the record: it waits until it is read, or has left the list it is in.
        turn = task.turn
        read = turn.kind.resource.read
        none = error.kind is RefusalKind.NOT_FOUND and read is not None and read.not_found_is_none
        # What was there before stands, and is asked for again.
        turn.failed = not none or turn.name in self._of(turn.kind.key).known
        if error.kind in _REFUSES_KIND and not self._any(turn.kind):
            self._refused[turn.due.kind] = error.kind.value

    def _any(self, kind: FillKind) -> bool:
        """Say whether anything of a kind came: then a refusal is about one record."""
        return any(self._of(key).changes for key in kind.holds)

    def _take(self, task: Task, came: Answer | Opened) -> None:
        if isinstance(came, Opened):
            self._take_file(task, came)
            return
        turn = task.turn
        match turn.kind.shape:
            case Shape.ARRAY:
                self._take_array(turn, came.body)
            case Shape.RECORD:
                (raw,) = split(came.body, collection_of(turn.kind)).records[:1] or (b"",)
                if raw:
                    self._keep(turn.kind.key, turn.name, raw)
            case _:
                self._take_entries(turn, came.body)

    def _take_array(self, turn: Turn, body: bytes) -> None:
        split(body, collection_of(turn.kind))  # raises where the answer is not what it should be
        if raw := history_in(body):
            self._keep(turn.kind.key, turn.name, raw)
        elif turn.name in self._of(turn.kind.key).known:
            turn.failed = True  # nothing where there was something: it stands, and is asked for again

    def _take_entries(self, turn: Turn, body: bytes) -> None:
        key = turn.kind.key
        peek, came = Peek(turn.kind.resource), []
        for raw in split(body, collection_of(turn.kind)).records:
            record_id = f"{turn.name}/{peek.of(raw)[0]}"
            came.append(record_id)
            has_file = turn.kind.shape is Shape.ATTACHMENTS and self._has_file(turn, record_id)
            is_stale = has_file and self._stage.read(key, record_id) != raw
            if not is_stale:  # else kept with its file, so that no later run takes the old bytes for the new
                self._keep(key, record_id, raw)
            if turn.kind.shape is Shape.ATTACHMENTS and (is_stale or not has_file):
                self._want_file(turn, record_id, raw, entry=raw if is_stale else b"")
        left = self._of(key).known.get(turn.name, set()) - set(came)
        if left and not came and not turn.due.empty:
            turn.failed = True  # an empty answer is asked for once more before it counts
            self._marks.empty.add(turn.place)
            return
        for held in (self._of(one) for one in turn.kind.holds):
            held.gone.extend(sorted(held.known.get(turn.name, set()) & left))

    def _want_left(self, turn: Turn) -> None:
        """Ask for the files of a list that came in an earlier run, as far as they did not."""
        for record_id in sorted(self._of(turn.kind.key).known.get(turn.name, ())):
            raw = self._stage.read(turn.kind.key, record_id)
            if raw is not None and not self._has_file(turn, record_id):
                self._want_file(turn, record_id, raw)

    def _has_file(self, turn: Turn, record_id: str) -> bool:
        self._of(turn.kind.holds[1])
        return self._stage.has(turn.kind.holds[1], record_id)

    def _want_file(self, turn: Turn, record_id: str, raw: bytes, *, entry: bytes = b"") -> None:
        listed, call = listed_file(raw), self._call(turn)
        path, length = f"{call.path}/{listed.segment}", listed.length
        if length is not None and length > MOST_BYTES:
            turn.failed = True  # said each night; fetching it would end in nothing
            return
        if turn.due.tries:
            length = None  # the list may be wrong; that all of it came, the answer itself says
        turn.open += 1
        call = replace(call, path=path, params={})
        self._todo.append(Task(turn, call, file_id=record_id, length=length, entry=entry))

    def _take_file(self, task: Task, came: Opened) -> None:
        key = task.turn.kind.holds[-1]
        try:
            change = self._stage.add_blob(key, task.file_id, cast("IO[bytes]", came))
        except XeroUnavailable:
            if self._ended or task.broke + 1 >= TRIES:
                raise
            task.turn.open += 1
            self._todo.append(replace(task, broke=task.broke + 1))
            return
        finally:
            came.close()
        if task.entry:
            self._keep(task.turn.kind.key, task.file_id, task.entry)
        self._of(key).changes[change] += 1
        self._on_records(key, 1)

    def _keep(self, key: str, record_id: str, raw: bytes) -> None:
        change = self._stage.add(key, record_id, raw)
        self._of(key).changes[change] += 1
        self._on_records(key, 1)

    def _of(self, key: str) -> Held:
        if key not in self._held:
            self._held[key] = held_of(key, self._stage.base_versions(key))
        return self._held[key]
