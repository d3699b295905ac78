"""What an outside examination found at the doors: Slack's route and the two ends of a consent."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from slack_sdk.signature import SignatureVerifier
from structlog.testing import capture_logs

from bot.slack.tokens import BotIdentity
from bot.web.routes import build
from handlers import slack_app
from tests.unit.web.consents import Consents

_SECRET = "a secret of the examiner's"


def _web(consents: Consents, *, home: str, https: bool = False, door: Any = None) -> FlaskClient:
    return build(
        bolt_wsgi_handler=door,
        connections=consents.typed(),
        readiness=dict,
        metrics_public=False,
        slack_install=None,
        redirect_host=home,
        https=https,
    ).test_client()


@pytest.fixture
def slack() -> FlaskClient:
    def identify(team_id: str, _enterprise_id: str, _org_wide: bool) -> BotIdentity:
        return BotIdentity(team_id=team_id, enterprise_id="", bot_id="B1", bot_user_id="U1", token="xoxb-1")

    bolt = slack_app.build(signing_secret=_SECRET, api_url="http://127.0.0.1:9/api/", identify=identify)
    return _web(Consents(), home="localhost:3000", door=slack_app.events_door(bolt))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", "{nope"),
        ("application/json", "[1]"),
        ("application/json", "[" * 100_000),
        ("application/x-www-form-urlencoded", "payload=%7Bnope"),
        ("application/x-www-form-urlencoded", "payload=[1]"),
    ],
)
def test_slack_door_when_anybody_sends_what_cannot_be_read_then_400_and_no_defect_is_logged(
    slack: FlaskClient, kind: str, body: str
) -> None:
    with capture_logs() as logged:
        answer = slack.post("/slack/events", data=body, content_type=kind)
    assert answer.status_code == 400
    assert logged == []


@pytest.mark.parametrize("moment", ["abc", "", "-1", "1e9", "9" * 5000, "٣"])
def test_slack_door_when_the_time_is_no_time_then_401(slack: FlaskClient, moment: str) -> None:
    headers = {"X-Slack-Request-Timestamp": moment.encode().decode("latin-1"), "X-Slack-Signature": "v0=1"}
    assert slack.post("/slack/events", data="command=/backup", headers=headers).status_code == 401


def test_slack_door_when_slack_asks_for_its_challenge_then_it_gets_it(slack: FlaskClient) -> None:
    body, moment = json.dumps({"type": "url_verification", "challenge": "c1"}), str(int(time.time()))
    signed = SignatureVerifier(_SECRET).generate_signature(timestamp=moment, body=body)
    headers = {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": str(signed)}
    answer = slack.post("/slack/events", data=body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json) == (200, {"challenge": "c1"})
    assert slack.post("/slack/events", data=body, content_type="application/json").status_code == 401


def test_consent_when_begun_under_a_forged_name_then_it_goes_on_at_home_and_is_bound_there() -> None:
    consents = Consents()
    web = _web(consents, home="bot.example.com", https=True)
    first = web.get("/xero/connect?ticket=t%261", base_url="http://evil.example")
    assert first.status_code == 303
    onward = urlsplit(first.headers["Location"])
    assert (onward.scheme, onward.netloc, onward.path) == ("https", "bot.example.com", "/xero/connect")
    assert parse_qs(onward.query)["ticket"] == ["t&1"]
    assert consents.opened == []
    # A proxy that hides the name: sent home once, the browser is bound all the same.
    web.get(f"/xero/connect?{onward.query}", base_url="http://evil.example")
    ((ticket, secret),) = consents.opened
    assert ticket == "t&1"
    assert secret is not None


@pytest.mark.parametrize("host", ["127.0.0.1:3000", "[::1]:3000", "localhost"])
def test_consent_when_all_is_on_one_machine_then_its_names_are_one(host: str) -> None:
    consents = Consents()
    answer = _web(consents, home="localhost:3000").get(
        f"/xero/connect?{urlencode({'ticket': 't1'})}", base_url=f"http://{host}"
    )
    assert answer.headers["Location"].startswith("https://login.xero.example/")
    assert consents.opened == [("t1", None)]
