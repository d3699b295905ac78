from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask, Request, Response
from flask.testing import FlaskClient

from bot.errors import StoreUnavailable
from bot.web.routes import build
from tests.unit.web.consents import HOST, Consents


def _app(
    *,
    readiness: Mapping[str, str] | StoreUnavailable | None = None,
    bolt: bool = True,
    metrics_public: bool = False,
) -> Flask:
    def answer(asked: Request) -> Response:
        return Response(f"bolt saw {asked.method} {asked.path} {asked.get_data(as_text=True)}")

    def ready() -> Mapping[str, str]:
        if isinstance(readiness, StoreUnavailable):
            raise readiness
        return readiness or {"database": "ok"}

    return build(
        bolt_wsgi_handler=answer if bolt else None,
        connections=Consents().typed(),
        readiness=ready,
        metrics_public=metrics_public,
        slack_install=answer if bolt else None,
        redirect_host=HOST,
    )


def _client(**settings: object) -> FlaskClient:
    return _app(**settings).test_client()  # type: ignore[arg-type]


def test_slack_events_when_http_mode_then_bolt_gets_the_body() -> None:
    answer = _client().post("/slack/events", data="command=%2Fbackup")
    assert answer.text == "bolt saw POST /slack/events command=%2Fbackup"


@pytest.mark.parametrize("path", ["/slack/install", "/slack/oauth_redirect"])
def test_slack_install_when_oauth_is_on_then_bolt_gets_the_request(path: str) -> None:
    answer = _client().get(path)
    assert answer.text == f"bolt saw GET {path} "
    assert "https://platform.slack-edge.com" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/slack/events", "/slack/install", "/slack/oauth_redirect"])
def test_slack_routes_when_socket_mode_without_oauth_then_404(path: str) -> None:
    client = _client(bolt=False)
    assert client.post(path).status_code == 404
    assert client.get(path).status_code == 404


def test_slack_events_when_asked_with_get_then_405_says_what_is_allowed() -> None:
    answer = _client().get("/slack/events")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_slack_events_when_the_body_is_too_long_then_413() -> None:
    assert _client().post("/slack/events", data=b"x" * (2 * 1024 * 1024 + 1)).status_code == 413


def test_healthz_when_alive_then_200() -> None:
    answer = _client(readiness=StoreUnavailable("The store is away.")).get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_readyz_when_all_parts_are_ok_or_off_then_200_with_a_word_each() -> None:
    answer = _client(readiness={"database": "ok", "worker": "off"}).get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ready", "parts": {"database": "ok", "worker": "off"}}


def test_readyz_when_one_part_is_not_then_503_names_it() -> None:
    answer = _client(readiness={"database": "ok", "vault": "read-only"}).get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"status": "not ready", "parts": {"database": "ok", "vault": "read-only"}}


def test_readyz_when_it_cannot_be_told_then_503() -> None:
    answer = _client(readiness=StoreUnavailable("The store is away.")).get("/readyz")
    assert answer.status_code == 503


def test_metrics_when_asked_from_this_machine_then_prometheus_text() -> None:
    answer = _client().get("/metrics", base_url="http://localhost:3000")
    assert answer.status_code == 200
    assert "python_info" in answer.text
    assert answer.content_type.startswith("text/plain")


@pytest.mark.parametrize(
    ("address", "host", "headers"),
    [
        ("192.0.2.7", "localhost:3000", {}),
        ("127.0.0.1", "bot.example.com", {}),
        ("127.0.0.1", "localhost:3000", {"X-Forwarded-For": "192.0.2.7"}),
        ("127.0.0.1", "localhost:3000", {"Forwarded": "for=192.0.2.7"}),
    ],
)
def test_metrics_when_asked_from_elsewhere_or_through_a_proxy_then_404(
    address: str, host: str, headers: dict[str, str]
) -> None:
    asked = {"base_url": f"http://{host}", "headers": headers, "environ_base": {"REMOTE_ADDR": address}}
    assert _client().get("/metrics", **asked).status_code == 404
    assert _client(metrics_public=True).get("/metrics", **asked).status_code == 200


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/nowhere", "/xero/connect", "/slack/events"])
def test_every_answer_when_sent_then_carries_the_protecting_headers(path: str) -> None:
    headers = _client().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert "script-src" not in headers["Content-Security-Policy"]


def test_page_when_shown_then_its_style_is_allowed_by_a_nonce_of_this_answer_only() -> None:
    client = _client()
    first, second = client.get("/"), client.get("/")
    nonce = first.text.split('<style nonce="')[1].split('"')[0]
    assert f"'nonce-{nonce}'" in first.headers["Content-Security-Policy"]
    assert nonce not in second.headers["Content-Security-Policy"]


def test_front_when_opened_then_says_what_this_is() -> None:
    assert "Slack bot that keeps encrypted copies" in _client().get("/").text


def test_fault_when_something_breaks_then_a_page_with_a_reference_and_no_detail() -> None:
    app = _app()

    def broken() -> str:
        raise ValueError("inner detail")

    app.add_url_rule("/broken", "broken", broken)
    answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert "Reference:" in answer.text
    assert "inner detail" not in answer.text
