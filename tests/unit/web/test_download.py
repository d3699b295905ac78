"""The address of an export: a file or a page, and its secret in no log."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from bot.domain.export import Download, Unavailable
from bot.errors import StoreUnavailable
from bot.services.looking.fetching import Fetching
from bot.web.routes import build
from tests.unit.web.consents import HOST, Consents

SECRET = "s3cret-" + "a" * 36


class Files:
    """Stands where the route asks for the file."""

    def __init__(self, gives: Download | Unavailable | Exception) -> None:
        self.gives, self.asked = gives, list[str]()

    def open(self, secret: str) -> Download | Unavailable:
        self.asked.append(secret)
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives

    @property
    def client(self) -> FlaskClient:
        app = build(
            bolt_wsgi_handler=None,
            connections=Consents().typed(),
            readiness=dict,
            metrics_public=False,
            slack_install=None,
            redirect_host=HOST,
            exports=cast("Fetching", self),
        )
        return app.test_client()


@pytest.mark.parametrize("why", list(Unavailable))
def test_link_when_it_gives_no_file_then_a_page_says_why_and_what_to_do(why: Unavailable) -> None:
    answer = Files(why).client.get(f"/export/{SECRET}")
    assert answer.status_code in {403, 404, 409, 410, 503}
    assert "What to do next" in answer.text
    assert SECRET not in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("error", [StoreUnavailable("gone"), ValueError("our defect")])
def test_link_when_something_breaks_then_its_secret_is_in_no_log(error: Exception) -> None:
    with capture_logs() as logged:
        answer = Files(error).client.get(f"/export/{SECRET}")
    assert answer.status_code in {500, 503}
    assert [entry["route"] for entry in logged] == ["/export/<ticket>"]
    assert SECRET not in str(logged) + answer.text


def test_link_when_the_file_is_swept_in_the_same_moment_then_a_page(tmp_path: Path) -> None:
    ended: list[bool] = []
    files = Files(Download(tmp_path / "gone.zip", "x.zip", ended.append))
    assert files.client.get(f"/export/{SECRET}").status_code == 410
    assert ended == [False]


@pytest.mark.parametrize(
    "headers",
    [{"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"User-Agent": "Slackbot 1.0"}],
)
def test_link_when_only_looked_at_then_nobody_asks_for_the_file(headers: dict[str, str]) -> None:
    files = Files(Unavailable.USED)
    assert files.client.get(f"/export/{SECRET}", headers=headers).status_code == 204
    assert files.client.head(f"/export/{SECRET}").status_code == 204
    assert files.asked == []


def test_link_when_posted_to_then_refused() -> None:
    assert Files(Unavailable.USED).client.post(f"/export/{SECRET}").status_code == 405
