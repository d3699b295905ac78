"""The real bot in a real browser, as people use it: from linking an organisation to disconnecting it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_workspace_page import CONTRAST
from tests.scenario.office import ANA, BEN, CLIENTS, FINANCE, GENERAL, MONTH_END, Office, office

Open = Callable[..., Page]
PATIENCE = 40_000  # milliseconds until a step of a backup must show
PHONE = {"viewport": {"width": 375, "height": 700}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def desk() -> Iterator[Office]:
    with office(organisations=("lively", "empty", "nz", "odd")) as one:
        yield one


@pytest.fixture
def opened(desk: Office, browser: Browser) -> Iterator[Open]:
    """Open the workspace page as somebody, in a browser of their own; nothing may leave this machine.

    The desk comes first: a bot cannot start while Playwright has an event loop in this thread.
    """
    troubles: list[str] = []
    contexts = []

    def open_page(user: str = ANA, channel: str = FINANCE, **settings: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **settings})
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: troubles.append(str(error.error)))
        context.on("request", lambda r: None if _is_here(r.url) else troubles.append(r.url))
        page = context.new_page()
        page.goto(f"{desk.slack.base_url}/w/{user}/{channel}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def _is_here(url: str) -> bool:
    return re.match(r"http://(127\.0\.0\.1|localhost):|data:,$", url) is not None


def say(page: Page, text: str) -> None:
    page.fill("#composer-text", text)
    page.press("#composer-text", "Enter")


def headline(page: Page, words: str) -> Any:
    return page.locator("#stream h3", has_text=words)


def consent_page(page: Page) -> Page:
    """Ask for a link and follow it into a new tab."""
    links = page.get_by_role("link", name="Connect to Xero")
    before = links.count()
    say(page, "/backup connect")
    expect(links).to_have_count(before + 1)
    with page.context.expect_page() as arriving:
        links.last.click()
    xero: Page = arriving.value
    expect(xero.locator(".tag")).to_contain_text("Sandbox, not Xero")
    return xero


def backed_up(desk: Office, organisation: str, channel: str) -> str:
    """Have an organisation linked in a channel with one backup; gives its name."""
    if known := [one for one in desk.organisations() if one.home_channel == channel]:
        return known[0].name
    linked = desk.link(organisation, channel=channel)
    desk.back_up(channel=channel)
    return linked.name


def test_thread_when_walked_then_links_shows_progress_and_tells_what_is_missing(
    opened: Open, desk: Office
) -> None:
    page = opened()
    xero = consent_page(page)
    xero.get_by_label("Harbour & Sons Trading Ltd").check()
    xero.get_by_role("button", name="Allow access").click()
    expect(xero.get_by_role("heading", level=1)).to_have_text("Connected")
    expect(xero.locator("article")).to_contain_text("go back to Slack")
    expect(xero.locator("article")).to_contain_text("cannot change anything in it")
    xero.close()
    expect(headline(page, "Connected: Harbour & Sons Trading Ltd")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#status")).to_be_empty()

    with desk.held("/api.xro/2.0/Reports/*"):
        say(page, "/backup now")
        expect(headline(page, "Backing up: Harbour & Sons")).to_be_visible(timeout=PATIENCE)
        expect(page.locator("#stream")).to_contain_text("kinds of data done", timeout=PATIENCE)
        expect(page.get_by_role("button", name="Stop backup")).to_be_visible()
    expect(headline(page, "Complete: backup of Harbour & Sons")).to_be_visible(timeout=PATIENCE)
    summary = page.locator(".message", has_text="Complete: backup of")
    expect(summary.locator("tbody tr").first).to_contain_text("Invoices and bills")
    expect(summary).to_contain_text("not covered; some others would come back changed")
    expect(summary).to_contain_text(re.compile(r"Check: \d+ trial balances stored"))
    expect(page.get_by_role("button", name="Stop backup")).to_have_count(0)

    summary.get_by_role("button", name="See what isn't covered").click()
    answer = page.locator(".message.private", has_text="What isn't covered: Harbour & Sons")
    expect(answer).to_contain_text("Bank statement lines")
    expect(answer).to_contain_text("mean into another, empty organisation")
    assert page.locator(".loud").count() == 0


def test_consent_when_cancelled_then_page_and_channel_say_that_nothing_was_linked(
    opened: Open, desk: Office
) -> None:
    page = opened(channel=GENERAL)
    before = len(desk.slack.messages(GENERAL))
    xero = consent_page(page)
    xero.get_by_role("button", name="Cancel").click()
    expect(xero.get_by_role("heading", level=1)).to_have_text("Permission was not given")
    expect(xero.locator("article")).to_contain_text("Nothing was read")
    posted = [one for one in desk.slack.messages(GENERAL)[before:] if one.only_for is None]
    assert posted == []
    assert [one for one in desk.organisations() if one.home_channel == GENERAL] == []


def test_link_when_used_twice_then_the_page_says_so(opened: Open) -> None:
    page = opened(channel=GENERAL)
    consent_page(page)
    with page.context.expect_page() as arriving:
        page.get_by_role("link", name="Connect to Xero").last.click()
    second = arriving.value
    expect(second.get_by_role("heading", level=1)).to_have_text("This link has been used")
    expect(second.locator("article")).to_contain_text("What to do next")


def test_disconnect_when_filled_in_by_keyboard_then_asks_for_the_name_and_tells_the_channel(
    opened: Open, desk: Office
) -> None:
    name = backed_up(desk, "nz", MONTH_END)
    page = opened(channel=MONTH_END)
    page.get_by_role("button", name="Disconnect").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#modal-title")).to_have_text("Disconnect from Xero")
    expect(page.locator("#modal input[type=radio]").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Kereru")
    page.keyboard.press("Enter")
    field = page.locator("#modal input[type=text]")
    expect(page.locator("#modal .field.wrong")).to_have_count(1)
    expect(field).to_be_focused()
    expect(field).to_have_value("Kereru")
    field.fill(name)
    page.keyboard.press("Enter")
    expect(headline(page, f"Disconnected: {name}")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#modal")).to_have_count(0)
    assert [one for one in desk.organisations() if one.home_channel == MONTH_END] == []


def test_people_when_they_may_less_then_each_is_told_what_they_may(opened: Open, desk: Office) -> None:
    name = backed_up(desk, "odd", CLIENTS)
    page = opened(channel=CLIENTS)
    page.select_option("#as", label="Ben Okafor, bookkeeper")
    page.wait_for_url(f"**/w/{BEN}/{CLIENTS}")
    say(page, "/backup status")
    expect(page.locator(".message.private").last).to_contain_text(name)
    page.get_by_role("button", name="Disconnect").click()
    expect(page.locator(".message.private").last).to_contain_text("Only workspace admins may")
    expect(page.locator("#modal")).to_have_count(0)
    page.select_option("#as", label="Gil Moreau, guest")
    page.wait_for_url("**/w/U0GIL/**")
    say(page, "/backup status")
    expect(page.locator(".message.private").last).not_to_contain_text(name)
    page.click("#nav-home")
    expect(page.locator("#home-page")).to_contain_text("no organisation that I can show you")
    expect(page.locator("#home-page")).not_to_contain_text(name)


def test_home_when_opened_then_shows_how_the_organisation_stands(opened: Open, desk: Office) -> None:
    name = backed_up(desk, "odd", CLIENTS)
    page = opened(channel="home")
    expect(page.locator("#home-page")).to_contain_text(name)
    expect(page.locator("#home-page")).to_contain_text("Last good backup")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_when_used_for_it_then_nothing_overflows_and_text_can_be_read(
    opened: Open, desk: Office, scheme: str
) -> None:
    backed_up(desk, "odd", CLIENTS)
    page = opened(channel=CLIENTS, color_scheme=scheme, **PHONE)
    say(page, "/backup coverage")
    expect(headline(page, "What isn't covered").last).to_be_visible()
    xero = consent_page(page)
    for one in (page, xero):
        one.mouse.move(0, 0)  # nothing is hovered over: the measure knows plain colours only
        assert one.evaluate("document.documentElement.scrollWidth") == 375
        assert one.evaluate(CONTRAST) == []
    allow = xero.get_by_role("button", name="Allow access")
    assert allow.bounding_box()["height"] >= 44  # type: ignore[index]
    xero.get_by_role("button", name="Cancel").tap()
    expect(xero.get_by_role("heading", level=1)).to_have_text("Permission was not given")
    assert xero.evaluate("document.documentElement.scrollWidth") == 375
    assert xero.evaluate(CONTRAST) == []
