"""App Home in a real browser: before anything is linked, after a backup, and a button pressed there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_workspace_page import CONTRAST
from tests.scenario.office import ANA, BEN, CLIENTS, FINANCE, MONTH_END, Office, office

Open = Callable[..., Page]
PATIENCE = 40_000  # milliseconds until a backup's end must show
PHONE = {"viewport": {"width": 375, "height": 700}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def desk() -> Iterator[Office]:
    with office(organisations=("lively", "empty", "nz", "odd")) as one:
        one.slack.rate_limits = False
        yield one


@pytest.fixture
def opened(desk: Office, browser: Browser) -> Iterator[Open]:
    """Open Home as somebody, in a browser of their own."""
    contexts = []

    def open_page(user: str = ANA, **settings: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1200, "height": 700}, **settings})
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.goto(f"{desk.slack.base_url}/w/{user}/home")
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_home_when_walked_from_nothing_to_a_backup_then_always_says_what_is_next(
    opened: Open, desk: Office
) -> None:
    page = opened()
    home = page.locator("#home-page")
    expect(home.locator("h3").first).to_have_text("Nothing is backed up yet")
    expect(home).to_contain_text("1. Install Ledgerkeep · done.")
    expect(home).to_contain_text("2. Connect Xero · next.")
    linked = desk.link("lively")
    expect(home).to_contain_text("2. Connect Xero · done: Harbour", timeout=PATIENCE)  # by itself
    expect(home).to_contain_text("First backup planned")
    home.get_by_role("button", name="Back up now").click()
    desk.wait_for(FINANCE, "Complete: backup of Harbour", seconds=60)
    page.reload()
    expect(home.locator("h3").first).to_have_text("✅ Nothing needs you", timeout=PATIENCE)
    expect(home).to_contain_text(re.compile(r"Last good backup .*#1: Complete"))
    expect(home).to_contain_text(re.compile(r"Next: backup (tonight|tomorrow|today) at \d\d:\d\d"))
    home.get_by_role("button", name=f"See what isn't covered: {linked.name}").click()
    direct = desk.slack.workspace.direct(ANA, desk.slack.app.user_id).id
    answer = desk.wait_for(direct, "What isn't covered: Harbour")
    assert "Bank statement lines" in desk.text(answer)
    assert page.locator(".loud").count() == 0


def test_home_when_several_stand_differently_then_the_worst_is_first_and_connects_again(
    opened: Open, desk: Office
) -> None:
    desk.link("nz", xero_user="ana")
    desk.back_up("kereru")
    desk.link("empty", channel=MONTH_END)
    desk.xero.revoke_consent("ana")
    desk.xero.expire_access_tokens()
    desk.say("now kereru")
    desk.wait_for(FINANCE, "Failed: backup of Kerer", seconds=60)
    page = opened()
    home = page.locator("#home-page")
    expect(home.locator("h3").first).to_contain_text("need you", timeout=PATIENCE)
    expect(home).to_contain_text("Xero has not let Ledgerkeep in since")
    home.get_by_role("button", name="Connect to Xero: Kerer").click()
    direct = desk.slack.workspace.direct(ANA, desk.slack.app.user_id).id
    desk.wait_for(direct, "Connect a Xero organisation")
    desk.link_offered(channel=CLIENTS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_home_when_on_a_phone_then_nothing_overflows_and_text_can_be_read(
    opened: Open, desk: Office, scheme: str
) -> None:
    assert desk.organisations()
    page = opened(color_scheme=scheme, **PHONE)
    expect(page.locator("#home-page")).to_contain_text("As of")
    page.mouse.move(0, 0)
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    assert page.evaluate(CONTRAST) == []


def test_home_when_somebody_else_looks_then_shows_no_organisation(opened: Open, desk: Office) -> None:
    page = opened(BEN)
    home = page.locator("#home-page")
    expect(home).to_contain_text("no organisation that I can show you")
    for one in desk.organisations():
        expect(home).not_to_contain_text(one.name)
