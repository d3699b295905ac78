"""Settings in a real browser: every modal opens, a mistake is shown at its field, a change is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_workspace_page import CONTRAST
from tests.scenario.office import ANA, FINANCE, Office, office

PATIENCE = 10_000


@pytest.fixture(scope="module")
def desk() -> Iterator[Office]:
    with office(organisations=("nz",)) as one:
        one.link("nz")
        yield one


@pytest.fixture
def page(desk: Office, browser: Browser) -> Iterator[Page]:
    """Show the settings to an admin; the desk comes first: no bot can start beside Playwright's loop."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    opened.goto(f"{desk.slack.base_url}/w/{ANA}/{FINANCE}")
    opened.fill("#composer-text", "/backup settings")
    opened.press("#composer-text", "Enter")
    expect(opened.get_by_role("heading", name="Settings").last).to_be_visible()
    yield opened
    context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).last.click()
    expect(page.locator("#modal")).to_be_visible()


@pytest.mark.parametrize(
    ("button", "title"),
    [
        ("Change schedule", "Backup times"),
        ("Change retention", "Retention"),
        ("Change what is read", "Read beside the books"),
        ("Change home channel", "Home channel"),
        ("Change the daily digest", "Daily digest"),
        ("Change the keepers", "Keepers"),
        ("Change who may approve", "Who may approve"),
    ],
)
def test_modal_when_opened_then_is_drawn_whole_and_readable(page: Page, button: str, title: str) -> None:
    press(page, button)
    expect(page.locator("#modal h2")).to_have_text(title)
    assert page.locator("#modal .loud").count() == 0
    assert page.locator("#modal :is(input, select)").count() > 0
    assert page.evaluate(CONTRAST) == []
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#modal")).to_be_hidden()


def test_schedule_when_mistyped_then_shown_at_its_field_and_saved_once_it_is_right(page: Page) -> None:
    press(page, "Change schedule")
    page.get_by_label("At times of our own").check()
    page.get_by_label("Times of day").fill("25:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#modal")).to_contain_text("“25:00” is no time of day. Write it like 02:00 or 13:30.")
    page.get_by_label("Times of day").fill("2am")
    page.get_by_label("Time zone").fill("london")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#modal")).to_be_hidden()
    heard = page.locator("#stream", has_text="backups now run at 02:00 every day, London time")
    expect(heard).to_be_visible()
