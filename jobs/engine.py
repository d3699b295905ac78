"""See to it that asked-for work happens, whatever dies in between. The only file that runs DBOS.

One generic workflow, `work(kind, args)`, calls the job registered under `kind`; a job does its work in named
steps. A finished step is not run again after a crash; an interrupted one is, so each step must be idempotent.
Step results are small JSON (ids and counts): they are stored in clear.

A process that is told to end interrupts its jobs: nothing is recorded of the step in hand, and the next start
(or another worker) goes on with it, as after a crash. A job whose step cannot be recorded, because the
engine's database is full or away, is left as it is, too, and asked for again (`jobs/stranded.py`).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

from bot import runtime
from bot.errors import DayLimitReached, LedgerkeepError, Transient
from bot.log import get_logger
from bot.queue import APP_NAME, APP_VERSION, QUEUE_NAME, STORE_TROUBLE, WORKFLOW_NAME
from jobs.stored_errors import from_words, in_words

log = get_logger(__name__)

Job = Callable[["Steps", Mapping[str, Any]], None]
WORKERS_AT_ONCE = 8
TRIES = 5
PAUSES = (1.0, 3.0, 10.0, 30.0)  # seconds between tries
LONGEST_PAUSE = 60.0  # where the other side says how long to wait
POLL_SECONDS = 0.5  # between two looks for new work, of 5 CPU ms each also where there is none
QUIET_SECONDS = 0.1  # nobody at work for so long: the end of the last job is written down, too
_DETAILS = ("full", "read_only", "retry_after")  # what advice and waiting rest on, beside the sentence


class Interrupted(BaseException):
    """This process is ending. No Exception, so that neither a job nor the engine takes it for a result."""


class Unrecorded(BaseException):
    """The engine's database takes nothing. No Exception, so that nobody takes it for the job's trouble."""


class DefectError(Exception):
    """Stands for trouble of SQL in the work itself, which must not be taken for that of the engine."""


class Steps:
    """The steps of one job, in order."""

    def run(self, name: str, work: Callable[[], Any], *, tries: int = TRIES) -> Any:
        """Run one step once; after a crash its stored result is returned instead.

        Transient trouble is tried again with growing pauses; a spent day is not, it ends the job at once. An
        error of ours is a result too: it is stored in words and raised again, also after a crash.
        """

        def settled() -> dict[str, Any]:
            _leave_if_ending()
            try:
                return {"result": _patiently(work, tries)}
            except LedgerkeepError as error:
                _leave_if_ending()
                return {"error": _stored(error)}
            except STORE_TROUBLE as error:
                raise DefectError from error
            finally:
                runtime.give_back()  # what one step needed is not added to what the next one needs

        try:
            found: dict[str, Any] = DBOS.run_step({"name": name}, settled)
        except STORE_TROUBLE as error:
            raise Unrecorded from error
        if "error" in found:
            raise _raised(found["error"])
        return found["result"]


def _patiently(work: Callable[[], Any], tries: int) -> Any:
    for pause in PAUSES[: tries - 1]:
        try:
            return work()
        except DayLimitReached:
            raise
        except Transient as error:
            log.info("step_tried_again", error=type(error).__name__)
            _Registry.ending.wait(max(pause, min(error.retry_after or 0.0, LONGEST_PAUSE)))
            _leave_if_ending()
    return work()


def _leave_if_ending() -> None:
    if _Registry.ending.is_set():
        raise Interrupted


def _stored(error: LedgerkeepError) -> dict[str, Any]:
    details = {name: getattr(error, name) for name in _DETAILS if hasattr(error, name)}
    return {**in_words(error), **details}


def _raised(words: Mapping[str, Any]) -> LedgerkeepError:
    error = from_words(words)
    for name in _DETAILS:
        if name in words:
            setattr(error, name, words[name])
    return error


class _Registry:
    jobs: Mapping[str, Job] = {}
    on_broken: Callable[[str, Mapping[str, Any], LedgerkeepError | None], None] | None = None
    ending = threading.Event()
    at_work: ClassVar[list[str]] = []


@DBOS.workflow(name=WORKFLOW_NAME)
def work(kind: str, args_json: str) -> str:
    """Do one job; never raises, so that no exception is stored in the engine's database."""
    args, key = json.loads(args_json), DBOS.workflow_id or ""
    _Registry.at_work.append(key)
    try:
        _Registry.jobs[kind](Steps(), args)
    except LedgerkeepError as error:
        _leave_if_ending()
        log.warning("job_failed", kind=kind, error=type(error).__name__)
        _tell_broken(kind, args, error)
        return "failed"
    except Exception:
        _leave_if_ending()  # the engine lets go of its database before the last job has noticed
        log.exception("job_broken", kind=kind)
        _tell_broken(kind, args, None)
        return "broken"
    finally:
        _Registry.at_work.remove(key)
        runtime.give_back()
    return "done"


def at_work() -> frozenset[str]:
    """Name the jobs that a thread of this process is at just now."""
    return frozenset(_Registry.at_work)


def _tell_broken(kind: str, args: Mapping[str, Any], error: LedgerkeepError | None) -> None:
    if _Registry.on_broken is not None:
        _Registry.on_broken(kind, args, error)


def _await_quiet(patience_seconds: float) -> None:
    """Wait until no job has been at work for a moment, but no longer than this."""
    quiet_since = time.monotonic()
    end = quiet_since + patience_seconds
    while (now := time.monotonic()) < end and now - quiet_since < QUIET_SECONDS:
        if at_work():
            quiet_since = now
        time.sleep(0.01)


class Engine:
    """One worker in this process; `ending` is set when the process is about to end."""

    def __init__(
        self,
        *,
        url: str,
        executor_id: str,
        jobs: Mapping[str, Job],
        on_broken: Callable[[str, Mapping[str, Any], LedgerkeepError | None], None],
        ending: threading.Event,
    ) -> None:
        _Registry.jobs, _Registry.on_broken, _Registry.ending = dict(jobs), on_broken, ending
        config: DBOSConfig = {
            "name": APP_NAME,
            "system_database_url": url,
            "executor_id": executor_id,
            "application_version": APP_VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
            "max_executor_threads": WORKERS_AT_ONCE + 4,
            # Nothing listens, but the end waits for the listening thread: up to a second if left alone.
            "notification_listener_polling_interval_sec": 0.25,
        }
        DBOS(config=config)

    def launch(self) -> None:
        """Take up interrupted work of this executor and begin to take new work."""
        DBOS.launch()
        DBOS.register_queue(
            QUEUE_NAME,
            worker_concurrency=WORKERS_AT_ONCE,
            partition_concurrency=1,
            polling_interval_sec=POLL_SECONDS,
        )

    def stop(self, patience_seconds: float = 5.0) -> None:
        """Stop taking work, interrupt what runs and wait a little for it; it goes on at the next start."""
        _Registry.ending.set()
        _await_quiet(patience_seconds)
        DBOS.destroy(workflow_completion_timeout_sec=0)  # its own waiting takes a second at least

    @staticmethod
    def tidy(older_than_days: int = 30) -> int:
        """Forget finished work older than this; our own tables keep what people may ask for."""
        before = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - older_than_days * 86400))
        done = DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"], completed_before=before, load_input=False, limit=1000
        )
        DBOS.delete_workflows([one.workflow_id for one in done])
        return len(done)
