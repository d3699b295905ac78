"""What doctor makes of what it hears and sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from bot.cli import checks, probes
from bot.cli.checks import Word
from bot.cli.probes import Heard
from bot.config import Settings, load_settings
from bot.crypto import new_key
from bot.db.engine import Database
from bot.db.migrate import check_key_ring, migrate

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SCOPES = "app_mentions:read,chat:write,commands,im:history,users:read"


def heard(status: int = 200, headers: Mapping[str, str] | None = None, **body: Any) -> Heard:
    return Heard(status, headers or {}, body, NOW)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return chosen(tmp_path)


def chosen(tmp_path: Path, **more: str) -> Settings:
    given = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_SIGNING_SECRET": "s",
        "XERO_CLIENT_ID": "id",
        "XERO_CLIENT_SECRET": "secret",
        "ENCRYPTION_KEYS": new_key("one"),
        "DATA_DIR": str(tmp_path / "data"),
    }
    return load_settings(given | more, env_file=None)


@pytest.mark.parametrize(
    ("answer", "word", "told"),
    [
        (heard(400, error="invalid_grant"), Word.OK, "knows this app"),
        (heard(400, error="invalid_client"), Word.PROBLEM, "does not know this app"),
        (heard(401, error="unauthorized_client"), Word.PROBLEM, "does not know this app"),
        (heard(503), Word.PROBLEM, "503"),
        (heard(0), Word.PROBLEM, "does not answer"),
    ],
)
def test_xero_app_when_it_answers_then_judged_by_the_word(answer: Heard, word: Word, told: str) -> None:
    found = probes.xero_app(answer)
    assert found.word is word
    assert told in found.sentence


@pytest.mark.parametrize(
    ("answer", "word", "told"),
    [
        (heard(headers={"x-oauth-scopes": SCOPES}, ok=True, team="Acme"), Word.OK, "Acme"),
        (heard(ok=True, team="Acme"), Word.OK, "Acme"),
        (heard(headers={"x-oauth-scopes": "commands"}, ok=True), Word.PROBLEM, "chat:write"),
        (heard(ok=False, error="invalid_auth"), Word.PROBLEM, "invalid_auth"),
        (heard(200, ok=False, error="<script>"), Word.PROBLEM, "answer 200"),
        (heard(0), Word.PROBLEM, "slack.com does not answer"),
    ],
)
def test_slack_token_when_it_answers_then_judged(
    settings: Settings, answer: Heard, word: Word, told: str
) -> None:
    found = probes.slack_token(settings, answer)
    assert found.word is word
    assert told in found.sentence


@pytest.mark.parametrize(
    ("seconds", "word", "told"),
    [(0, Word.OK, "agrees"), (119, Word.OK, "agrees"), (-121, Word.PROBLEM, "121 seconds ahead of Slack's")],
)
def test_clock_when_compared_then_two_minutes_are_too_much(seconds: int, word: Word, told: str) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    found = probes.clock({"Slack": heard(headers={"date": date}), "Xero": heard()})
    assert found.word is word
    assert told in found.sentence


def test_clock_when_nobody_tells_the_time_then_a_note() -> None:
    assert probes.clock({"Slack": heard(headers={"date": "?"})}).word is Word.NOTE


def test_outside_when_nobody_listens_then_problems_in_words(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    more = dict.fromkeys(("SLACK_API_URL", "XERO_IDENTITY_URL", "PUBLIC_URL", "XERO_LOGIN_URL"), nowhere)
    found = {one.what: one.word for one in probes.outside(chosen(tmp_path, **more))}
    assert found == {"Slack": Word.PROBLEM, "Xero": Word.PROBLEM, "clock": Word.NOTE, "address": Word.NOTE}


def test_here_when_nothing_was_made_yet_then_notes_and_nothing_is_made(
    settings: Settings, tmp_path: Path
) -> None:
    assert [one.word for one in checks.here(settings)] == [Word.NOTE] * 3
    assert list(tmp_path.iterdir()) == []


def test_vault_when_it_works_then_ok_and_no_probe_is_left(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "data" / "vault").mkdir(parents=True)
    assert checks.vault(settings).word is Word.OK
    assert [path.name for path in (tmp_path / "data" / "vault").iterdir()] == ["tmp"]


def test_vault_when_its_marker_was_altered_then_a_problem(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "data" / "vault").mkdir(parents=True)
    (tmp_path / "data" / "vault" / "ledgerkeep.json").write_text("{}")
    found = checks.vault(settings)
    assert found.word is Word.PROBLEM
    assert "was altered" in found.sentence


def test_database_when_the_ring_does_not_fit_then_a_problem_that_names_the_remedy(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    db = Database.open(settings.database_url, now=lambda: NOW)
    assert checks.database(settings).word is Word.NOTE, "no tables yet"
    migrate(db, backup_to=None)
    check_key_ring(db, settings.key_ring())
    db.close()
    assert checks.database(settings).word is Word.OK
    found = checks.database(chosen(tmp_path))
    assert found.word is Word.PROBLEM
    assert "ENCRYPTION_KEYS" in found.do
