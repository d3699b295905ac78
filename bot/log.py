"""Logging for everybody: one line per event on standard error, console or JSON, redacted by an allow-list.

Our own code logs `get_logger(__name__).info("run_finished", count=3)`: a constant name and known keys. What
libraries say below a warning is dropped; a warning or error of theirs is told as logger, level, exception
class and place, with its words only where they are a constant known to hold no value. The reduction happens
when a record is made, so a handler that a library or a tool attaches later sees no more than ours.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO, cast

from bot.late import without

with without("rich"):  # 4 MB for tracebacks in colours, which are not ours: they could show values
    import structlog
    from structlog.typing import FilteringBoundLogger

from bot.redaction import HIDDEN, describe, event_name, fields, place

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_KEPT = "ledgerkeep"  # attribute of a record that holds what may be told of it
# Words of libraries that help and hold no value; shown as they stand, placeholders and all.
_KNOWN_WORDS = frozenset(
    {
        'Run time of job "%s" was missed by %s',
        'Execution of job "%s" skipped: maximum number of running instances reached (%d)',
        "Task queue depth is %d",
        "%d thread(s) still running",
        "Connection pool is full, discarding connection: %s. Connection pool size: %s",
        "Retrying (%r) after connection broken by '%r': %s",
        "auth.test API call result is unexpectedly None",
    }
)
# These put a handler of their own on standard error unless they find one.
_SELF_APPOINTED = ("dbos", "werkzeug")

Event = MutableMapping[str, Any]
Render = Callable[[Event], str]


class _StandardError:
    """Whatever standard error is at the moment of writing."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()

    def isatty(self) -> bool:
        return sys.stderr.isatty()


class _Patient:
    """A stream whose trouble is nobody else's: a line that finds no room or no reader must end no backup."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def get_logger(name: str) -> FilteringBoundLogger:
    """Give the logger of a module; usable before `setup_logging`, and redacted from the first line."""
    if not structlog.is_configured():
        stream = cast("TextIO", _StandardError())
        _configure("info", _renderer(None, stream), stream)
    logger: FilteringBoundLogger = structlog.get_logger(logger_name=name)
    return logger


@contextmanager
def bind(**ids: str) -> Iterator[None]:
    """Add ids (workspace, organisation, run) to every line logged inside the block by this thread."""
    with structlog.contextvars.bound_contextvars(**ids):
        yield


def setup_logging(
    format: str | None = None,  # noqa: A002
    level: str = "info",
    stream: TextIO | None = None,
) -> None:
    """Send everything to `stream` (standard error); without `format`, console on a terminal, else JSON."""
    stream = cast("TextIO", _StandardError()) if stream is None else stream
    render = _renderer(format, stream)
    _configure(level, render, stream)
    logging.setLogRecordFactory(_reduced_record)
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _Handler)]:
        root.removeHandler(old)
    root.addHandler(_Handler(render, stream))
    root.setLevel(logging.WARNING)
    for name in _SELF_APPOINTED:
        library = logging.getLogger(name)
        library.handlers[:] = [logging.NullHandler()]
        library.propagate = True
    warnings.showwarning = _show_warning
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def _configure(level: str, render: Render, stream: TextIO) -> None:
    def to_text(_logger: Any, _method: str, line: Event) -> str:
        return render(line)

    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, _redact, to_text],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _Patient(stream))),
        cache_logger_on_first_use=False,
    )


def _renderer(format_: str | None, stream: TextIO) -> Render:
    if (format_ or ("console" if stream.isatty() else "json")) == "json":
        return lambda line: json.dumps(line, ensure_ascii=False)
    console = structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), timestamp_key="at", exception_formatter=structlog.dev.plain_traceback
    )
    return lambda line: str(console(None, "", _with_text(line)))


def _with_text(line: Event) -> Event:
    """Write exceptions out for people to read."""
    told = line.pop("exception", None)
    if told:
        parts = [f"{one['class']}: {one.get('message', HIDDEN)}" + _below(one["frames"]) for one in told]
        line["exception"] = "\nbecause of ".join(parts)
    return line


def _below(frames: list[str]) -> str:
    return "".join(f"\n    {one}" for one in frames)


def _redact(_logger: Any, method: str, event: Event) -> Event:
    """Build the line anew from what may be told."""
    error = _exception(event.pop("exc_info", None))
    line = _head(event.pop("level", method), event.pop("logger_name", ""), event_name(event.pop("event", "")))
    line.update(fields(event))
    if error is not None:
        line["exception"] = describe(error)
    return line


def _head(level: str, logger: str, event: str) -> dict[str, Any]:
    plain = {"exception": "error", "critical": "error", "warn": "warning"}.get(level, level)
    return {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": plain,
        "logger": logger,
        "event": event,
    }


def _exception(given: Any) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None


class _Handler(logging.Handler):
    """Writes what is left of a library's record."""

    def __init__(self, render: Render, stream: TextIO) -> None:
        super().__init__(logging.WARNING)
        self._render, self._stream = render, _Patient(stream)

    def emit(self, record: logging.LogRecord) -> None:
        line = _head(record.levelname.lower(), record.name, "library_message")
        line.update(fields(structlog.contextvars.get_contextvars()))
        line.update(getattr(record, _KEPT, {}))
        self._stream.write(self._render(line) + "\n")
        self._stream.flush()


def _reduced_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """Make a record that no longer holds the words, values and traceback it was made of."""
    record = logging.LogRecord(*args, **kwargs)
    kept: dict[str, Any] = {"place": f"{record.module}:{record.lineno}"}
    if isinstance(record.msg, str) and record.msg in _KNOWN_WORDS:
        kept["words"] = record.msg
    error = _exception(record.exc_info)
    if error is not None:
        kept["exception"] = describe(error)
    record.msg, record.args = kept.get("words", HIDDEN), ()
    record.exc_info = record.exc_text = record.stack_info = None
    setattr(record, _KEPT, kept)
    return record


def _show_warning(  # noqa: PLR0917 - the shape that `warnings` calls
    message: Warning | str,  # noqa: ARG001
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    module = filename.replace("\\", "/").rpartition("/")[2].removesuffix(".py")
    _own().warning("python_warning", error=category, code=f"{module.lower()}.{lineno}")


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _own().error("uncaught", exc_info=error.with_traceback(trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        _own().error("uncaught_in_thread", exc_info=args.exc_value)


def _unraisable(args: Any) -> None:
    _own().error("unraisable", error=args.exc_type, why=place(args.exc_traceback).partition(" ")[0])


def _own() -> FilteringBoundLogger:
    return get_logger(__name__)
