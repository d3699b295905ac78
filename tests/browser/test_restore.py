"""A restore in a real browser: asked for, permitted, refused to who asked, approved by another, compared.

With PICTURES=docs/img in the environment, its pictures for the README are written anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.demo import BY_HAND, FILL_CALLS, SLACK_SCOPES
from tests.browser.test_conversation import FITS, PHONE, message, say, show
from tests.browser.test_workspace_page import CONTRAST
from tests.scenario.office import ANA, FINANCE, Office, office

Open = Callable[..., Page]
Picture = Callable[[Page, str], None]
NORA = "U0NORA"
SOURCE, TARGET, FOREIGN = "Harbour & Sons Trading Ltd", "Harbour Books Ltd (new)", "Kererū Coffee Roasters"
WHY = "Rehearsal for the auditors"
PATIENCE = 120_000  # milliseconds until a restore must have ended


@pytest.fixture(scope="module")
def desk() -> Iterator[Office]:
    """Three organisations linked, one of them backed up, as `make demo` offers them."""
    filling = {"XERO_FILL_CALLS": str(FILL_CALLS)} if "PICTURES" in os.environ else {}
    with office(organisations=("lively", "fresh-uk", "nz"), settings=filling) as one:
        one.slack.app.install(SLACK_SCOPES, token=one.slack.bot_token)
        one.slack.levers = one.levers
        source = one.link("lively")
        for key in ("fresh-uk", "nz"):
            one.link(key)
        one.only_by_hand()
        one.back_up(source.name)
        yield one


@pytest.fixture
def opened(desk: Office, browser: Browser) -> Iterator[Open]:
    """Open the page as somebody; the desk comes first: no bot can start beside Playwright's loop."""
    troubles: list[str] = []
    contexts = []

    def open_page(user: str = ANA, **settings: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **settings})
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.on("weberror", lambda error: troubles.append(str(error.error)))
        page = context.new_page()
        page.goto(f"{desk.slack.base_url}/w/{user}/{FINANCE}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def fits(page: Page) -> None:
    """Nothing runs out of the page, and all of it can be read."""
    assert page.evaluate(FITS)
    assert page.evaluate(CONTRAST) == []


def ask_for_it(page: Page) -> Locator:
    """Fill in the form as a person does; gives the window that follows."""
    say(page, f"/backup restore {SOURCE}")
    modal = page.locator("#modal")
    expect(modal).to_contain_text("Into which organisation?")
    expect(modal).to_contain_text(f"{FOREIGN}: region New Zealand instead of United Kingdom")
    fits(page)
    modal.get_by_label("Into which organisation?").select_option(label=TARGET)
    modal.get_by_label("Why?").fill(WHY)
    modal.get_by_role("button", name="Make the plan").click()
    expect(modal).to_contain_text("Permission needed")
    return modal


def permit(page: Page, modal: Locator) -> None:
    """Consent at the pretend Xero."""
    with page.context.expect_page() as arriving:
        modal.get_by_role("link", name="Connect to Xero").click()
    arriving.value.get_by_label(TARGET).check()
    arriving.value.get_by_role("button", name="Allow access").click()
    expect(arriving.value.locator("body")).to_contain_text("only for a restore whose plan was approved")
    arriving.value.close()
    modal.locator("#modal-close").click()


def test_restore_when_people_ask_permit_and_approve_then_its_message_tells_the_whole_story(
    opened: Open, picture: Picture
) -> None:
    page = opened()
    page.get_by_role("button", name=BY_HAND).click()
    permit(page, ask_for_it(page))
    request = message(page, "Waits for approval")
    expect(request).to_be_visible(timeout=PATIENCE)
    expect(request).to_contain_text("0 blocked")
    expect(request.get_by_role("button", name="Approve restore")).to_have_count(0)
    show(page, request)
    picture(page, "restore-request")
    request.get_by_role("button", name="Review plan").click()
    modal = page.locator("#modal")
    expect(modal).to_contain_text("You asked for this restore, so another person must approve it.")
    expect(modal.get_by_role("button", name="Approve restore")).to_have_count(0)
    modal.locator("#modal-close").click()

    nora = opened(NORA)
    message(nora, "Waits for approval").get_by_role("button", name="Review plan").click()
    plan = nora.locator("#modal")
    name = plan.get_by_label("To approve, type the name of the organisation that is written to")
    name.fill(SOURCE)
    plan.get_by_role("button", name="Approve restore").click()
    expect(plan).to_contain_text("This is not the target's name. Nothing was approved.")
    name.fill(TARGET)
    plan.get_by_role("button", name="Approve restore").click()
    running = message(nora, "⏳ Restoring")
    expect(running).to_contain_text("steps done", timeout=PATIENCE)
    expect(running.get_by_role("button", name="Stop restore")).to_be_visible()
    fits(nora)

    done = message(page, "Restored and compared")
    expect(done).to_be_visible(timeout=PATIENCE)
    expect(done).to_contain_text("Nothing differs that the plan had not named")
    expect(done.get_by_role("button")).to_have_count(0)
    show(page, done)
    picture(page, "restore-done")
    page.goto(page.url.rpartition("/")[0] + "/home")
    page.get_by_role("link", name="Messages", exact=True).click()
    with page.expect_download() as download:
        page.locator("a.file", has_text=".xlsx").last.click()
    assert download.value.suggested_filename.startswith("restore-")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_restore_when_read_on_a_phone_then_nothing_overflows(opened: Open, desk: Office, scheme: str) -> None:
    if not [one for one in desk.slack.messages(FINANCE) if "Restored" in desk.text(one)]:
        pytest.skip("the restore of the test before did not end")
    page = opened(color_scheme=scheme, **PHONE)
    expect(message(page, "Restored and compared")).to_be_visible()
    fits(page)
    say(page, f"/backup restore {SOURCE}")
    expect(page.locator("#modal")).to_contain_text("As it was when?")
    fits(page)
