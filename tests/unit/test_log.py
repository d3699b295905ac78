"""Logging: what may be read in the output, and above all what may not."""

from __future__ import annotations

import errno
import io
import json
import logging
import pkgutil
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot
import handlers
import jobs
from bot.errors import Misconfigured, VaultDamaged
from bot.log import bind, get_logger, setup_logging
from bot.redaction import HIDDEN, describe, fields, scrub

NAMES = ("Demo Widgets Ltd", "Zoë O'Hara", "Sortcode Holdings")
AMOUNTS = ("1,240.00", "£99.80", "73.5", "12 345,67")
TOKENS = (
    "xoxb-" + "1234567890-abcdefABCDEF",
    "xoxe.xoxp-1-" + "Mi0yLTEyMzQ1Njc4OTA",
    "xapp-1-A012-345-abcdef",
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "Bearer shortone",
    "dGhpc2lzYXNlY3JldHRoYXRpc2xvbmdlbm91Z2g",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    "k1:" + "Q7w2" * 10 + "abc",  # the shape of a key ring entry; fixed, so that workers collect the same
    "https://login.example.com/callback?code=q1w2e3&state=r4t5",
    "https://user:pass@example.com/path",
    "anna@example.com",
)
FORBIDDEN = NAMES + AMOUNTS + TOKENS
PIECES = (
    "Widgets",
    "Zoë",
    "1,240",
    "99.80",
    "abcdefABCDEF",
    "c2lnbmF0",
    "shortone",
    "q1w2e3",
    "pass@",
    "anna@",
)

LIBRARIES = (
    *("slack_bolt.App", "slack_bolt", "slack_sdk.web.base_client", "slack_sdk.socket_mode.builtin.client"),
    *("httpx", "httpcore.http11", "urllib3.connectionpool", "sqlalchemy.engine.Engine", "sqlalchemy.pool"),
    *("dbos", "apscheduler.executors.default", "apscheduler.scheduler", "waitress", "waitress.queue"),
    *("xero_python.rest", "xero_python", "alembic.runtime.migration", "werkzeug", "flask.app", "stamina"),
    *("py.warnings", "asyncio", "concurrent.futures", "root"),
)


@pytest.fixture(params=["json", "console"])
def output(request: pytest.FixtureRequest) -> io.StringIO:
    stream = io.StringIO()
    setup_logging(request.param, "debug", stream)
    return stream


@pytest.fixture
def lines() -> Callable[[], list[dict[str, Any]]]:
    stream = io.StringIO()
    setup_logging("json", "debug", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def _assert_clean(text: str) -> None:
    assert [one for one in (*FORBIDDEN, *PIECES) if one in text] == []


def _our_modules() -> Iterator[str]:
    for package in (bot, handlers, jobs):
        yield package.__name__
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.", onerror=lambda _: None):
            yield found.name


def _raise(text: str) -> None:
    try:
        raise KeyError(text)
    except KeyError as cause:
        raise ValueError(f"wrapped {text}") from cause


@pytest.mark.parametrize("name", [*LIBRARIES, "bot", "bot.slack.installations", "handlers", "jobs.engine"])
def test_library_message_when_it_holds_anything_shows_none_of_it(name: str, output: io.StringIO) -> None:
    logger = logging.getLogger(name)
    for text in FORBIDDEN:
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
            logger.log(level, f"in the words {text}")
            logger.log(level, "in the values %s %r", text, {"token": text})
            logger.log(level, {"a dictionary": text})
            logger.log(level, "extra", extra={"payload": text}, stack_info=True)
            logger.log(level, ValueError(text))
            try:
                _raise(text)
            except ValueError:
                logger.log(level, "with %s", text, exc_info=True)
    assert output.getvalue()
    _assert_clean(output.getvalue())


def test_our_message_when_it_holds_anything_shows_none_of_it(output: io.StringIO) -> None:
    keys = (
        "name",
        "amount",
        "token",
        "kind",
        "why",
        "error",
        "count",
        "organisation",
        "user",
        "resume_at",
        "event_",
    )
    for name in _our_modules():
        log = get_logger(name)
        for text in FORBIDDEN:
            log.info(text)
            log.warning(f"failed for {text}", **dict.fromkeys(keys, text))
            log.info(
                "known_event", **{key: [text] for key in keys}, nested={"deep": {"er": text}}, **{text: text}
            )
            with bind(run=text, organisation=text):
                log.error("bound")
    _assert_clean(output.getvalue())


def test_our_exception_when_it_holds_anything_shows_class_and_place_only(output: io.StringIO) -> None:
    log = get_logger("bot.somewhere")
    for text in FORBIDDEN:
        try:
            _raise(text)
        except ValueError as error:
            log.exception("job_broken")
            log.exception("job_broken", exc_info=error)
            log.warning("job_broken", error=error)
    _assert_clean(output.getvalue())
    assert "ValueError" in output.getvalue()
    assert "KeyError" in output.getvalue()
    assert "_raise" in output.getvalue()


@pytest.mark.parametrize("text", TOKENS + AMOUNTS)
def test_our_error_when_a_secret_slipped_into_its_sentence_hides_it(text: str, output: io.StringIO) -> None:
    try:
        raise VaultDamaged(f"The pack is broken: {text} was found.")
    except VaultDamaged:
        get_logger("bot.vault").exception("verify_failed")
    _assert_clean(output.getvalue())
    assert "The pack is broken" in output.getvalue()


def test_python_warning_when_it_holds_anything_shows_class_and_place_only(output: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        show = warnings.showwarning
        setup_logging("json", "info", output)
        for text in FORBIDDEN:
            warnings.warn(text, UserWarning, stacklevel=1)
        warnings.showwarning = show
    _assert_clean(output.getvalue())
    assert output.getvalue().count("UserWarning") == len(FORBIDDEN)


def test_thread_when_it_dies_of_anything_shows_class_and_place_only(output: io.StringIO) -> None:
    for text in FORBIDDEN:
        thread = threading.Thread(target=_raise, args=(text,), name=text)
        thread.start()
        thread.join()
    _assert_clean(output.getvalue())
    assert output.getvalue().count("uncaught_in_thread") == len(FORBIDDEN)


def test_program_when_it_dies_of_anything_shows_class_and_place_only(output: io.StringIO) -> None:
    for text in FORBIDDEN:
        try:
            _raise(text)
        except ValueError as error:
            sys.excepthook(ValueError, error, error.__traceback__)
            args = SimpleNamespace(exc_type=ValueError, exc_value=error, exc_traceback=error.__traceback__)
            sys.unraisablehook(args)
    _assert_clean(output.getvalue())
    assert "uncaught" in output.getvalue()


def test_program_when_interrupted_says_nothing(output: io.StringIO) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert output.getvalue() == ""


def test_handler_of_a_library_when_attached_later_sees_no_more_than_ours(output: io.StringIO) -> None:
    later = io.StringIO()
    logger = logging.getLogger("slack_bolt.Late")
    logger.addHandler(logging.StreamHandler(later))
    logger.warning("a token %s", TOKENS[0], extra={"payload": TOKENS[0]})
    logger.handlers.clear()
    assert HIDDEN in later.getvalue()
    _assert_clean(later.getvalue())


def test_library_message_when_below_a_warning_is_dropped(lines: Callable[[], list[dict[str, Any]]]) -> None:
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger(name).info("hello")
        logging.getLogger(name).setLevel(logging.NOTSET)
    assert lines() == []


def test_library_message_when_its_words_are_known_shows_them_without_values(
    lines: Callable[[], list[dict[str, Any]]],
) -> None:
    logging.getLogger("waitress.queue").warning("Task queue depth is %d", 7)
    [line] = lines()
    assert line["words"] == "Task queue depth is %d"
    assert (line["logger"], line["level"]) == ("waitress.queue", "warning")


def test_library_that_appoints_itself_when_logging_is_set_up_writes_nothing_itself(
    capsys: pytest.CaptureFixture[str], lines: Callable[[], list[dict[str, Any]]]
) -> None:
    from dbos._logger import init_logger

    init_logger()
    logging.getLogger("dbos").error("token %s", TOKENS[0])
    assert capsys.readouterr() == ("", "")
    assert [line["logger"] for line in lines()] == ["dbos"]


def test_our_message_when_keys_and_values_are_known_shows_them(
    lines: Callable[[], list[dict[str, Any]]],
) -> None:
    told = {
        "count": 3,
        "dropped": 2,
        "deleted": 41,
        "seconds": 1.5,
        "kind": "backup",
        "why": "rate_limited",
        "organisation": "0f" * 16,
        "user": "U0123ABC",
        "reference": "7KQ2-MX4R",
        "resume_at": datetime(2026, 11, 22, tzinfo=UTC),
        "error": ValueError,
        "code": None,
        "status": True,
    }
    get_logger("bot.backup").info("run_finished", **told)
    [line] = lines()
    assert line["event"] == "run_finished"
    assert line["logger"] == "bot.backup"
    assert line["level"] == "info"
    assert datetime.fromisoformat(line["at"]).utcoffset() is not None
    shown = {key: line[key] for key in told}
    assert shown == {**told, "resume_at": "2026-11-22T00:00:00+00:00", "error": "ValueError"}


def test_our_message_when_below_the_level_is_not_written() -> None:
    stream = io.StringIO()
    setup_logging("json", "warning", stream)
    get_logger("bot").info("quiet")
    get_logger("bot").warning("loud")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["loud"]


def test_bound_ids_when_the_block_ends_are_gone(lines: Callable[[], list[dict[str, Any]]]) -> None:
    with bind(run="ab" * 16):
        get_logger("bot").info("inside")
        logging.getLogger("httpx").warning("inside too")
    get_logger("bot").info("outside")
    assert [line.get("run") for line in lines()] == ["ab" * 16, "ab" * 16, None]


def test_logger_when_nothing_was_set_up_writes_redacted_to_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    get_logger("bot").info("early", name=NAMES[0])
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err)["name"] == HIDDEN


def test_setup_when_done_twice_writes_each_line_once() -> None:
    stream = io.StringIO()
    setup_logging("json", "info", stream)
    setup_logging("json", "info", stream)
    logging.getLogger("httpx").warning("x")
    get_logger("bot").warning("y")
    assert len(stream.getvalue().splitlines()) == 2


class _Full(io.StringIO):
    """A file on a full disk."""

    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    def flush(self) -> None:
        raise BrokenPipeError


def test_line_when_it_finds_no_room_is_lost_and_nobody_else_is_troubled() -> None:
    setup_logging("json", "info", _Full())
    get_logger("bot.test").info("run_finished")
    logging.getLogger("dbos").warning("anything")


def test_exception_chain_when_it_is_a_circle_ends() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert [one["class"] for one in describe(first)] == ["ValueError", "KeyError"]


@pytest.mark.parametrize(
    "sentence",
    [
        "XERO_CALLS_PER_MINUTE: is too small; the least is 1; write for example XERO_CALLS_PER_MINUTE=60.",
        "ENCRYPTION_KEYS: is missing; print one with `ledgerkeep keys new` and keep a copy elsewhere.",
        "Another process (4711) holds the data folder.",
    ],
)
def test_sentence_of_ours_when_harmless_is_left_as_it_is(sentence: str) -> None:
    assert scrub(sentence) == sentence
    assert describe(Misconfigured(sentence))[0]["message"] == sentence


def test_address_when_scrubbed_keeps_its_host() -> None:
    said = scrub("Slack at https://u:p@hooks.slack.com/services/T1/B1/xyz?a=b did not answer.")
    assert said == "Slack at https://hooks.slack.com did not answer."


@given(st.dictionaries(st.text(max_size=20), st.one_of(st.text(), st.binary(), st.lists(st.text()))))
def test_fields_when_fed_anything_keep_only_short_plain_words(values: dict[str, Any]) -> None:
    for value in fields(values).values():
        assert isinstance(value, str)
        assert len(value) <= 130
        assert value == HIDDEN or not value.strip(
            "abcdefghijklmnopqrstuvwxyz0123456789_.-/:TZ+ABCDEFGHIJKLMNOPQRSUVWXY"
        )
