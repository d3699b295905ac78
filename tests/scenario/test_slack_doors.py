"""Slack's door: forged or old requests stay outside; repeats and what bots say change nothing."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from urllib.parse import urlencode

import pytest

from bot.domain.organisation import Organisation
from bot.sandbox.slack import payloads
from bot.sandbox.slack.people import Message
from bot.sandbox.slack.wire import signature
from tests.scenario.office import ANA, BEN, FINANCE, Office


@pytest.fixture(scope="module")
def kereru(shared: Office) -> Organisation:
    """An organisation at home in #finance."""
    return shared.link("nz")


def post(
    office: Office,
    body: bytes,
    *,
    kind: str = "application/x-www-form-urlencoded",
    age: int = 0,
    secret: str = "",
    more: dict[str, str] | None = None,
) -> int:
    """Post to Slack's door with a signature made with any secret; gives the status."""
    stamp = str(int(time.time()) - age)
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(secret or office.slack.signing_secret, stamp, body),
        **(more or {}),
    }
    asked = urllib.request.Request(f"{office.public_url}/slack/events", data=body, headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def command(office: Office) -> bytes:
    """Give a command that would start a backup."""
    who, where = office.slack.workspace.people[ANA], office.slack.workspace.channels[FINANCE]
    return urlencode(payloads.command(office.slack.realm, who, where, name="/backup", text="now")).encode()


def started(office: Office, organisation: Organisation) -> bool:
    """Say whether any backup was ever asked for."""
    assert office.bot is not None
    backups = office.bot.worker.services.backups
    return backups.running(organisation) is not None or bool(backups.history(organisation))


def test_request_when_forged_or_old_then_is_401_and_starts_nothing(
    shared: Office, kereru: Organisation
) -> None:
    body = command(shared)
    assert post(shared, body, secret="another") == 401
    assert post(shared, body, age=6 * 60) == 401
    assert post(shared, body, age=-6 * 60) == 401
    unsigned = urllib.request.Request(f"{shared.public_url}/slack/events", data=body)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(unsigned, timeout=20)
    refused.value.close()
    assert refused.value.code == 401
    assert not started(shared, kereru)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"payload=", "application/x-www-form-urlencoded"),
        (b"payload=%7Bnot+json", "application/x-www-form-urlencoded"),
        (b"{not json", "application/json"),
        (
            b'{"type":"event_callback","team_id":"T0HARBOUR","event":{"type":"unheard_of"}}',
            "application/json",
        ),
        (b'{"type":"event_callback","event":{}}', "application/json"),
        (b"[]", "application/json"),
        (b"\xff\xfe", "text/plain"),
    ],
)
def test_request_when_signed_but_odd_then_the_bot_goes_on(
    shared: Office, kereru: Organisation, body: bytes, kind: str
) -> None:
    assert post(shared, body, kind=kind) < 600
    assert "No backup yet" in shared.say("status")
    assert kereru


def test_event_when_retried_then_is_answered_once(shared: Office, kereru: Organisation) -> None:
    assert kereru
    asked = Message(
        ts=shared.slack.workspace.new_ts(), channel=FINANCE, author=BEN, text="<@U0LEDGERKEEP> help"
    )
    shared.slack.workspace.post(asked)
    payload = payloads.message_event(shared.slack.realm, "app_mention", asked)
    body = json.dumps(payload).encode()
    for number in ("0", "1", "2", "3"):
        more = {"X-Slack-Retry-Num": number, "X-Slack-Retry-Reason": "http_timeout"} if number != "0" else {}
        assert post(shared, body, kind="application/json", more=more) == 200

    def answers() -> int:
        return sum(one.thread_ts == asked.ts for one in shared.slack.messages(FINANCE))

    assert shared.slack.wait_until(lambda: answers() > 0)
    shared.say("help")
    assert answers() == 1


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B0OTHER"},
        {"bot_id": "B0LEDGERKEEP", "user": "U0LEDGERKEEP"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"edited": {"user": BEN, "ts": "1.2"}},
    ],
)
@pytest.mark.parametrize("kind", ["app_mention", "message"])
def test_words_of_bots_and_edits_when_heard_then_are_not_answered(
    shared: Office, kereru: Organisation, more: dict[str, object], kind: str
) -> None:
    assert kereru
    where = FINANCE if kind == "app_mention" else shared.slack.workspace.direct(BEN, "U0LEDGERKEEP").id
    said = Message(ts=shared.slack.workspace.new_ts(), channel=where, author=BEN, text="<@U0LEDGERKEEP> help")
    shared.slack.workspace.post(said)
    payload = payloads.message_event(shared.slack.realm, kind, said)
    payload["event"] |= more
    before = len(shared.slack.messages(where))
    assert post(shared, json.dumps(payload).encode(), kind="application/json") == 200
    shared.say("help")  # whatever it started has had its turn
    shared.say("status")
    assert len([one for one in shared.slack.messages(where) if one.only_for is None]) <= before
    assert not [one for one in shared.slack.messages(where) if one.thread_ts == said.ts]
