"""A day with the bot in a real browser: a night passes, the digest comes, people look, ask and change.

With PICTURES=docs/img in the environment, its pictures for the README are written anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.demo import FILL_CALLS, FIRST_STEPS, NIGHT, SUGGESTIONS
from bot.touring.backups import ORDERS
from tests.browser.test_workspace_page import CONTRAST
from tests.scenario.office import ANA, FINANCE, Office, office

Open = Callable[..., Page]
PATIENCE = 40_000  # milliseconds until a backup or a night must have ended
NAME = "Harbour & Sons Trading Ltd"
PHONE = {"viewport": {"width": 375, "height": 700}, "has_touch": True, "is_mobile": True}
# As the demo has it where pictures are taken; else what tells the same and takes less time.
FILLED = FILL_CALLS if "PICTURES" in os.environ else 20
TALL = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True}
FAR = re.compile(r"[3-9]\d of \d+ kinds of data done\s*Reading now: ")
FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture(scope="module")
def desk() -> Iterator[Office]:
    """The demo as `make demo` starts it, with its levers."""
    with office(settings={"XERO_FILL_CALLS": str(FILLED)}, minute_seconds=0.5) as one:
        one.slack.levers = one.levers
        one.slack.workspace.follow(one.now)
        one.slack.page_note, one.slack.suggestions = FIRST_STEPS, SUGGESTIONS
        yield one


@pytest.fixture
def opened(desk: Office, browser: Browser) -> Iterator[Open]:
    """Open the page as Ana; the desk comes first: no bot can start beside Playwright's loop."""
    troubles: list[str] = []
    contexts = []

    def open_page(place: str = FINANCE, **settings: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **settings})
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: troubles.append(str(error.error)))
        page = context.new_page()
        page.goto(f"{desk.slack.base_url}/w/{ANA}/{place}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def say(page: Page, text: str) -> None:
    page.fill("#composer-text", text)
    page.press("#composer-text", "Enter")


def message(page: Page, words: str) -> Locator:
    return page.locator(".message", has_text=words).last


def show(page: Page, place: Locator) -> None:
    """Scroll until the beginning of something stands at the top."""
    place.evaluate("it => it.scrollIntoView({block: 'start'})")


def with_a_morning(desk: Office) -> None:
    """Have an organisation linked, backed up, and a digest of the morning after."""
    if not desk.organisations():
        desk.link()
        desk.back_up()
    if not [one for one in desk.slack.messages(FINANCE) if "next digest" in desk.text(one)]:
        desk.let_a_night_pass()


def test_day_when_lived_through_then_the_digest_leads_to_everything(
    opened: Open, desk: Office, picture: Callable[[Page, str], None]
) -> None:
    page = opened()
    say(page, "/backup connect")
    with page.context.expect_page() as arriving:
        page.get_by_role("link", name="Connect to Xero").click()
    arriving.value.get_by_label(NAME).check()
    arriving.value.get_by_role("button", name="Allow access").click()
    arriving.value.close()
    connected = message(page, f"Connected: {NAME}")
    expect(connected).to_be_visible(timeout=PATIENCE)
    show(page, connected)
    picture(page, "first-connection")

    with desk.held("/api.xro/2.0/Reports/*"):
        connected.get_by_role("button", name="Back up now").click()
        expect(page.locator("#stream")).to_contain_text(FAR, timeout=PATIENCE)
        picture(page, "running")
    summary = message(page, f"Complete: backup of {NAME}")
    expect(summary).to_be_visible(timeout=PATIENCE)
    expect(summary).to_contain_text("Still filling up")
    show(page, summary)
    picture(page, "summary")

    summary.get_by_role("button", name="See what isn't covered").click()
    coverage = message(page, f"What isn't covered: {NAME}")
    expect(coverage).to_be_visible()
    show(page, coverage)
    picture(page, "coverage")

    page.get_by_role("button", name=NIGHT, exact=True).click()
    digest = message(page, "next digest")
    expect(digest).to_be_visible(timeout=PATIENCE)
    expect(digest).to_contain_text("bank details")
    expect(page.locator(".message", has_text=f"Complete: backup of {NAME}")).to_have_count(2)
    show(page, digest)
    picture(page, "digest")

    digest.get_by_role("button", name="Show me").click()
    modal = page.locator("#modal")
    expect(modal).to_contain_text("•••• ", timeout=PATIENCE)
    picture(page, "worth-a-look")
    supplier = "Yarrow Printers"
    expect(modal).to_contain_text(supplier)
    modal.locator("#modal-close").click()
    expect(modal).to_be_hidden()
    expect(page.locator("#stream")).not_to_contain_text(supplier)

    say(page, "/backup diff")
    changes = message(page, "Bank account details: changed")
    expect(changes).to_be_visible(timeout=PATIENCE)
    show(page, changes)
    picture(page, "changes")

    say(page, "@ledgerkeep is history backed up?")
    expect(message(page, "History with notes: ")).to_contain_text("to go")
    show(page, message(page, "is history backed up?"))
    picture(page, "answer")

    say(page, "/backup settings")
    settings = message(page, "Who may change settings")
    expect(settings).to_be_visible()
    show(page, settings)
    picture(page, "settings")
    settings.get_by_role("button", name="Change what is read").click()
    expect(page.locator("#modal")).to_contain_text("What a first reading costs")
    picture(page, "beside")
    page.get_by_role("button", name="Cancel").click()
    settings.get_by_role("button", name="Change schedule").click()
    page.get_by_label("At times of our own").check()
    page.get_by_label("Times of day").fill("13:30, 2am")
    page.get_by_role("button", name="Save").click()
    expect(message(page, "backups now run at 02:00 and 13:30 every day, London time")).to_be_visible()

    page.click("#nav-home")
    expect(page.locator("#home-page")).to_contain_text(f"{NAME} · ✅ Fine")
    expect(page.locator("#home-page")).to_contain_text("Next daily digest")
    picture(page, "home")


def test_gap_when_read_on_a_phone_then_nothing_overflows(
    opened: Open, desk: Office, picture: Callable[[Page, str], None]
) -> None:
    with_a_morning(desk)
    desk.xero.faults.add("empty_list", path=ORDERS, times=0)
    try:
        desk.back_up()
    finally:
        desk.xero.faults.clear()
    page, phone = opened(), opened(**TALL)
    for one, name in ((page, "gap"), (phone, "phone")):
        told = message(one, f"Complete with gaps: backup of {NAME}")
        expect(told).to_contain_text("Xero sent none where there were 55 before")
        assert one.evaluate(FITS)
        show(one, told)
        picture(one, name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_digest_when_read_on_a_phone_then_nothing_overflows_and_all_can_be_read(
    opened: Open, desk: Office, scheme: str
) -> None:
    with_a_morning(desk)
    page = opened(color_scheme=scheme, **PHONE)
    expect(message(page, "next digest")).to_be_visible()
    assert page.evaluate(FITS)
    assert page.evaluate(CONTRAST) == []
    page.click("#nav-home")
    expect(page.locator("#home-page")).to_contain_text(NAME)
    assert page.evaluate(FITS)
    assert page.evaluate(CONTRAST) == []
