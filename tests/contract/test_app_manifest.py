from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import jsonschema
import pytest
import yaml
from slack_bolt import App

import handlers
from bot.services.desk import Desk
from bot.views.help import help_
from handlers.slack_install import BOT_SCOPES, OPTIONAL_SCOPES

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT.parent / "shared/slack-manifest/manifest.schema.2.0.0.json"
# Slack's method pages name these for what the bot does; each is explained in docs/operations.md.
LEAST = {"app_mentions:read", "chat:write", "commands", "im:history", "users:read"}
# The event that each history scope is for, and events that need no scope (docs.slack.dev/reference/events).
NEEDS = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "app_uninstalled": None,
    "message.im": "im:history",
    "tokens_revoked": None,
}
_BARE_DESK = SimpleNamespace(homes=SimpleNamespace(shown_by=lambda _draw: None))
_SCOPE = re.compile(r"`([a-z_]+:(?:read|read\.email|write|history|write\.public)|commands)`")


def _manifest() -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def _scopes() -> set[str]:
    scopes = _manifest()["oauth_config"]["scopes"]
    return {*scopes["bot"], *scopes["bot_optional"]}


class _Noting(App):
    """Bolt's own App, which also notes what is registered with it."""

    def __init__(self) -> None:
        super().__init__(token="xoxb-1", signing_secret="s", token_verification_enabled=False)
        self.commands: set[str] = set()
        self.events: set[str] = set()

    def command(self, command: Any, *args: Any, **more: Any) -> Any:
        self.commands.add(command)
        return super().command(command, *args, **more)

    def event(self, event: Any, *args: Any, **more: Any) -> Any:
        self.events.add(event["type"] if isinstance(event, dict) else event)
        return super().event(event, *args, **more)

    def enable_token_revocation_listeners(self) -> None:
        self.events |= {"app_uninstalled", "tokens_revoked"}


@pytest.fixture(scope="module")
def registered() -> _Noting:
    app = _Noting()
    handlers.register(app, cast("Desk", _BARE_DESK))  # binding only: no service is asked
    return app


def test_manifest_when_read_then_slacks_schema_accepts_it() -> None:
    if not SCHEMA.exists():
        pytest.skip(
            "Slack's manifest schema (github.com/slackapi/manifest-schema) is not beside this checkout"
        )
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    problems = jsonschema.Draft7Validator(schema).iter_errors(_manifest())
    assert [f"{'/'.join(map(str, one.path))}: {one.message}" for one in problems] == []


def test_schema_when_a_manifest_is_wrong_then_it_is_refused() -> None:
    if not SCHEMA.exists():
        pytest.skip(
            "Slack's manifest schema (github.com/slackapi/manifest-schema) is not beside this checkout"
        )
    wrong = _manifest()
    wrong["features"]["slash_commands"][0]["command"] = "backup"
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert list(jsonschema.Draft7Validator(schema).iter_errors(wrong))


def test_manifest_when_read_then_asks_for_the_least_scopes() -> None:
    scopes = _manifest()["oauth_config"]["scopes"]
    assert set(scopes["bot"]) == LEAST
    assert scopes["bot_optional"] == list(OPTIONAL_SCOPES)
    assert set(scopes["bot"]) == set(BOT_SCOPES)
    assert "user" not in scopes


def test_events_when_subscribed_then_their_scopes_are_asked_for() -> None:
    events = _manifest()["settings"]["event_subscriptions"]["bot_events"]
    assert set(events) == set(NEEDS)
    assert {scope for scope in NEEDS.values() if scope} <= _scopes()


def test_manifest_when_read_then_socket_mode_is_on_and_no_address_is_needed() -> None:
    settings = _manifest()["settings"]
    assert settings["socket_mode_enabled"] is True
    assert settings["token_rotation_enabled"] is False
    assert settings["interactivity"] == {"is_enabled": True}
    assert "request_url" not in settings["event_subscriptions"]


def test_http_lines_when_uncommented_then_the_manifest_is_still_valid() -> None:
    text = (ROOT / "manifest.yml").read_text(encoding="utf-8")
    http = re.sub(r"# HTTP: ", "", text).replace("socket_mode_enabled: true", "socket_mode_enabled: false")
    loaded = yaml.safe_load(http)
    address = "https://backups.example.com/slack/events"
    assert loaded["features"]["slash_commands"][0]["url"] == address
    assert loaded["settings"]["event_subscriptions"]["request_url"] == address
    assert loaded["settings"]["interactivity"]["request_url"] == address


def test_command_when_in_the_manifest_then_names_arrive_escaped() -> None:
    commands = _manifest()["features"]["slash_commands"]
    assert [one["command"] for one in commands] == ["/backup"]
    assert commands[0]["should_escape"] is True


def test_usage_hint_when_shown_then_lists_what_help_lists() -> None:
    hint = _manifest()["features"]["slash_commands"][0]["usage_hint"].split(" | ")
    shown = json.dumps(help_().blocks)
    assert list(dict.fromkeys(re.findall(r"`/backup ([a-z]+)`", shown))) == hint


def test_commands_when_in_the_manifest_then_handlers_register_them_and_no_others(registered: _Noting) -> None:
    assert registered.commands == {one["command"] for one in _manifest()["features"]["slash_commands"]}


def test_events_when_in_the_manifest_then_handlers_register_them_and_no_others(registered: _Noting) -> None:
    # Bolt names the event of a direct message "message"; the manifest names its place, "message.im".
    subscribed = _manifest()["settings"]["event_subscriptions"]["bot_events"]
    assert registered.events == {name.partition(".")[0] for name in subscribed}


def test_scopes_when_documented_then_they_are_those_of_the_manifest() -> None:
    pages = ("docs/operations.md", "README.md")
    operations, readme = (set(_SCOPE.findall((ROOT / page).read_text(encoding="utf-8"))) for page in pages)
    assert operations - {"connections:write"} == _scopes()
    assert readme - {"connections:write"} in (set(), _scopes())
