"""Settings as commands read them: a port on the command line moves the address that follows from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.opening import settings_on_port
from bot.crypto import new_key


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Everything that is needed, and nothing else."""
    monkeypatch.chdir(tmp_path)
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "XERO_CLIENT_ID", "XERO_CLIENT_SECRET"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("ENCRYPTION_KEYS", new_key("one"))


def test_port_when_not_given_then_settings_stand() -> None:
    settings = settings_on_port(None)
    assert (settings.port, settings.public_url) == (3000, "http://localhost:3000")


def test_port_when_given_then_the_default_address_moves_and_the_redirect_with_it() -> None:
    settings = settings_on_port(4321)
    assert (settings.port, settings.public_url) == (4321, "http://localhost:4321")
    assert settings.xero_redirect_uri == "http://localhost:4321/xero/callback"


@pytest.mark.parametrize("source", ["environment", "file"])
def test_port_when_the_address_is_set_then_it_stands(
    source: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if source == "environment":
        monkeypatch.setenv("PUBLIC_URL", "https://backups.example.com")
    else:
        (tmp_path / ".env").write_text("PUBLIC_URL=https://backups.example.com\n")
    settings = settings_on_port(4321)
    assert (settings.port, settings.public_url) == (4321, "https://backups.example.com")


def test_port_when_zero_then_a_free_one_is_known_before_listening() -> None:
    settings = settings_on_port(0)
    assert settings.port > 0
    assert settings.public_url == f"http://localhost:{settings.port}"
