from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from bot.errors import (
    ConsentRevoked,
    LedgerkeepError,
    LinkProblem,
    LinkRefused,
    NotAllowed,
    VaultDamaged,
    XeroUnavailable,
)
from bot.web.routes import build
from tests.unit.web.consents import HOST, Consents

STATUS = {
    LinkProblem.DENIED: 403,
    LinkProblem.EXPIRED: 410,
    LinkProblem.USED: 410,
    LinkProblem.WRONG_PERSON: 403,
    LinkProblem.ALREADY_LINKED: 409,
    LinkProblem.OTHER_WORKSPACE: 409,
    LinkProblem.APP_LIMIT: 409,
    LinkProblem.NO_ORGANISATION: 409,
    LinkProblem.SCOPES: 403,
    LinkProblem.UNAVAILABLE: 503,
}


def _client(consents: Consents, *, host: str = HOST, https: bool = False) -> FlaskClient:
    app = build(
        bolt_wsgi_handler=None,
        connections=consents.typed(),
        readiness=dict,
        metrics_public=False,
        slack_install=None,
        redirect_host=host,
        https=https,
    )
    return app.test_client()


def _at(host: str = HOST, scheme: str = "http") -> str:
    return f"{scheme}://{host}"


def test_connect_when_opened_at_the_redirect_host_then_goes_to_xero_and_binds_the_browser() -> None:
    consents = Consents()
    answer = _client(consents).get("/xero/connect?ticket=t1", base_url=_at())
    assert answer.status_code == 303
    assert answer.headers["Location"] == "https://login.xero.example/authorize?state=state-of-t1"
    (ticket, secret), cookie = consents.opened[0], answer.headers["Set-Cookie"]
    assert ticket == "t1"
    assert secret is not None
    assert len(secret) == 43
    assert secret in cookie
    for attribute in ("HttpOnly", "SameSite=Lax", "Path=/xero", "Max-Age=900"):
        assert attribute in cookie
    assert "Secure" not in cookie


def test_connect_when_the_bot_is_reached_over_https_then_the_cookie_is_secure() -> None:
    client = _client(Consents(), host="bot.example.com", https=True)
    answer = client.get("/xero/connect?ticket=t1", base_url=_at("bot.example.com:443", "https"))
    assert "Secure" in answer.headers["Set-Cookie"]


def test_connect_when_opened_under_another_name_then_no_secret_and_no_cookie() -> None:
    consents = Consents()
    answer = _client(consents).get("/xero/connect?ticket=t1", base_url=_at("127.0.0.1:3000"))
    assert answer.status_code == 303
    assert consents.opened == [("t1", None)]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"User-Agent": "Slackbot-LinkExpanding 1.0"},
    ],
)
def test_connect_when_a_program_only_looks_ahead_then_the_ticket_is_not_used(headers: dict[str, str]) -> None:
    consents = Consents()
    client = _client(consents)
    assert client.get("/xero/connect?ticket=t1", headers=headers).status_code == 204
    assert client.head("/xero/connect?ticket=t1").status_code == 204
    assert consents.opened == []


def test_connect_when_the_ticket_is_missing_then_400_and_nobody_is_asked() -> None:
    consents = Consents()
    answer = _client(consents).get("/xero/connect")
    assert answer.status_code == 400
    assert consents.opened == []
    assert "/backup connect" in answer.text


def test_callback_when_the_same_browser_returns_then_its_secret_is_passed_and_the_cookie_cleared() -> None:
    consents = Consents()
    client = _client(consents)
    client.get("/xero/connect?ticket=t1", base_url=_at())
    client.get("/xero/connect?ticket=t2", base_url=_at())
    first = client.get("/xero/callback?state=state-of-t1&code=c1", base_url=_at())
    second = client.get("/xero/callback?state=state-of-t2&code=c2", base_url=_at())
    assert first.status_code == second.status_code == 200
    assert [one["secret"] for one in consents.finished] == [secret for _, secret in consents.opened]
    assert consents.finished[0]["code"] == "c1"
    assert "Max-Age=0" in first.headers["Set-Cookie"]
    client.get("/xero/callback?state=state-of-t1&code=c1", base_url=_at())
    assert consents.finished[2]["secret"] is None


def test_callback_when_refused_then_the_cookie_is_cleared_too() -> None:
    consents = Consents()
    client = _client(consents)
    client.get("/xero/connect?ticket=t1", base_url=_at())
    consents.refuses = LinkRefused(LinkProblem.DENIED, "The permission was not given.")
    answer = client.get("/xero/callback?state=state-of-t1&error=access_denied", base_url=_at())
    assert consents.finished[0]["error"] == "access_denied"
    assert "Max-Age=0" in answer.headers["Set-Cookie"]


def test_callback_when_another_browser_returns_then_no_secret_is_passed() -> None:
    consents = Consents()
    _client(consents).get("/xero/connect?ticket=t1", base_url=_at())
    _client(consents).get("/xero/callback?state=state-of-t1&code=c1", base_url=_at())
    assert consents.finished[0]["secret"] is None


def test_callback_when_the_state_is_missing_then_400_and_nobody_is_asked() -> None:
    consents = Consents()
    assert _client(consents).get("/xero/callback?code=c").status_code == 400
    assert consents.finished == []


def test_callback_when_linked_then_the_name_is_escaped_and_the_facts_are_told() -> None:
    text = _client(Consents()).get("/xero/callback?state=s&code=c").text
    assert "&lt;!channel&gt; &amp; &#34;Söhne&#34; 🧾 &lt;script&gt;" in text
    assert "<script>" not in text
    assert "Söhne &amp; Co &lt;b&gt;Ltd&lt;/b&gt;" in text
    for told in ("UK · GB", "GBP", "Live organisation", "Read-only", "go back to Slack"):
        assert told in text


@pytest.mark.parametrize("problem", list(LinkProblem))
def test_callback_when_refused_then_each_problem_has_its_page(problem: LinkProblem) -> None:
    consents = Consents(refuses=LinkRefused(problem, "What <happened> here."))
    answer = _client(consents).get("/xero/callback?state=s&code=c")
    assert answer.status_code == STATUS[problem]
    assert "What &lt;happened&gt; here." in answer.text
    assert "What to do next" in answer.text
    assert ("Reference:" in answer.text) == ("reference below" in answer.text)
    assert ("Retry-After" in answer.headers) == (problem is LinkProblem.UNAVAILABLE)


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (XeroUnavailable("Xero is away."), 503),
        (ConsentRevoked("The permission is gone."), 403),
        (NotAllowed("Only keepers may do this."), 403),
        (VaultDamaged("A pack is damaged."), 500),
    ],
)
def test_callback_when_another_error_comes_then_it_is_told_by_whose_move_it_is(
    refusal: LedgerkeepError, status: int
) -> None:
    assert _client(Consents(refuses=refusal)).get("/xero/callback?state=s&code=c").status_code == status


def test_refusal_when_logged_then_the_reference_stands_there_and_no_ticket_state_or_code() -> None:
    client = _client(Consents(refuses=LinkRefused(LinkProblem.SCOPES, "Permissions are missing.")))
    with capture_logs() as logged:
        client.get("/xero/connect?ticket=secretticket")
        page = client.get("/xero/callback?state=secretstate&code=secretcode").text
    assert [one["event"] for one in logged] == ["page_refused", "page_refused"]
    assert f"<code>{logged[1]['reference']}</code>" in page
    assert "secret" not in repr(logged)


def test_fault_when_logged_then_told_once_with_its_cause() -> None:
    with capture_logs() as logged:
        page = _client(Consents(refuses=ValueError("inner detail"))).get("/xero/connect?ticket=t1")
    assert page.status_code == 500
    assert "inner detail" not in page.text
    assert [one["event"] for one in logged] == ["page_failed"]
    assert isinstance(logged[0]["exc_info"], ValueError)
