"""The workspace page over plain HTTP: what it refuses, and what it never lets through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from bot.sandbox.slack import PretendSlack
from bot.sandbox.slack.demo import ANA, BEN, FINANCE, GIL, MOLLY, MONTH_END


@pytest.fixture
def slack() -> PretendSlack:
    return PretendSlack()


@pytest.fixture
def page(slack: PretendSlack) -> Iterator[FlaskClient]:
    with slack._flask().test_client() as client:
        yield client


def test_page_when_not_a_member_or_unknown_then_404(page: FlaskClient) -> None:
    assert page.get(f"/w/{ANA}/{MONTH_END}").status_code == 200
    for path in (f"/w/{BEN}/{MONTH_END}", f"/w/{MOLLY}/{FINANCE}", f"/w/U404/{FINANCE}", f"/w/{ANA}/C404"):
        assert page.get(path).status_code == 404


def test_page_when_posted_from_another_site_then_403(page: FlaskClient, slack: PretendSlack) -> None:
    path, evil = f"/w/{ANA}/{FINANCE}/say", {"Origin": "https://evil.example"}
    assert page.post(path, data={"text": "hi"}, headers=evil).status_code == 403
    assert page.post(path, data={"text": "hi"}).status_code == 303
    assert [message.text for message in slack.messages(FINANCE)] == ["hi"]


def test_page_when_people_write_markup_then_it_is_text(page: FlaskClient) -> None:
    page.post(f"/w/{ANA}/{FINANCE}/say", data={"text": "<script>alert(1)</script>"})
    html = page.get(f"/w/{ANA}/{FINANCE}").text
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "default-src 'self'" in page.get("/").headers["Content-Security-Policy"]


def test_changes_when_nothing_happened_then_204(page: FlaskClient, slack: PretendSlack) -> None:
    path = f"/w/{ANA}/{FINANCE}/changes"
    page.get(path)
    revision = slack.workspace.revision
    assert page.get(f"{path}?since={revision}").status_code == 204
    slack.say(BEN, FINANCE, "news")
    answer = page.get(f"{path}?since={revision}")
    assert "news" in answer.json["stream"]  # type: ignore[index]


def test_ephemeral_when_for_another_then_not_in_the_page(page: FlaskClient, slack: PretendSlack) -> None:
    slack.notice(BEN, FINANCE, "only for Ben")
    assert "only for Ben" in page.get(f"/w/{BEN}/{FINANCE}").text
    assert "only for Ben" not in page.get(f"/w/{ANA}/{FINANCE}").text


def test_switch_when_next_person_is_not_in_the_channel_then_their_first(page: FlaskClient) -> None:
    assert page.get(f"/as?person={BEN}&channel={FINANCE}").headers["Location"].endswith(f"/w/{BEN}/{FINANCE}")
    assert page.get(f"/as?person={GIL}&channel={FINANCE}").headers["Location"].endswith(f"/w/{GIL}/C0GENERAL")


def test_click_when_made_up_then_404_and_nothing_is_sent(page: FlaskClient, slack: PretendSlack) -> None:
    message = slack.say(BEN, FINANCE, "hi").message
    assert message is not None
    for act in ("", "nonsense", '["b","a","v"]'):
        answer = page.post(f"/w/{ANA}/{FINANCE}/click", data={"ts": message.ts, "act": act})
        assert answer.status_code == 404
    assert slack.realm.delivery.sent == []
