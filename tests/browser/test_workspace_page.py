"""A person at the workspace page: by mouse, by keyboard alone, on a phone, in the dark, without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.sandbox.slack import PretendSlack
from bot.sandbox.slack.demo import ANA, BEN, FINANCE, RANDOM

Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, slack: PretendSlack, small_bot: Any) -> Iterator[Open]:
    troubles: list[str] = []
    contexts = []

    def open_page(path: str = f"/w/{ANA}/{FINANCE}", **settings: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **settings})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "request", lambda r: None if "127.0.0.1" in r.url or r.url == "data:," else troubles.append(r.url)
        )
        page.goto(slack.base_url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def say(page: Page, text: str) -> None:
    page.fill("#composer-text", text)
    page.press("#composer-text", "Enter")


def test_page_when_opened_then_says_that_it_is_not_slack(opened: Open) -> None:
    page = opened("/")
    expect(page.locator(".bar")).to_contain_text("Sandbox, not Slack: a pretend workspace on this computer")
    expect(page.locator("#composer-text")).to_be_focused()


def test_command_when_typed_then_only_this_person_sees_the_answer(opened: Open) -> None:
    ana, ben = opened(), opened(f"/w/{BEN}/{FINANCE}")
    say(ana, "/backup help")
    expect(ana.locator(".message.private")).to_contain_text("Only visible to you")
    expect(ana.locator(".message.private code")).to_have_text("/backup now")
    say(ben, "/backup now")
    expect(ben.locator("h3")).to_have_text("Backup complete, with gaps")
    expect(ben.locator(".message.private")).to_have_count(0)
    expect(ana.locator("h3")).to_have_text("Backup complete, with gaps")
    expect(ana.locator(".section")).to_contain_text("Harbour & Sons <b>")
    expect(ana.locator("thead th").first).to_have_text("Resource")


def test_button_when_it_asks_first_then_only_a_yes_is_sent(opened: Open, small_bot: Any) -> None:
    page = opened()
    say(page, "/backup now")
    page.click("text=Stop restore")
    expect(page.locator("#confirm")).to_contain_text("It can go on later.")
    page.click("#confirm-no")
    page.click("text=Stop restore")
    page.click("#confirm-yes")
    expect(page.locator("#stream")).to_contain_text("Stopped")
    assert [name for name, _body in small_bot.done] == ["stop"]


def test_form_when_wrong_then_error_at_the_field_and_typing_kept(opened: Open, small_bot: Any) -> None:
    page = opened()
    say(page, "/backup now")
    page.click("text=Review plan")
    page.click("#modal-submit")
    expect(page.locator(".field.wrong")).to_have_count(2)
    page.check("label:has-text('Chosen types') input")
    page.check("input[type=checkbox]")
    page.fill("#modal input[type=text]", "Harbor")
    page.click("#modal-submit")
    field = page.locator("#modal input[type=text]")
    expect(page.locator(".field.wrong")).to_have_count(1)
    expect(page.locator(".field.wrong")).to_contain_text("That is not its name.")
    expect(field).to_have_value("Harbor")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("As in Xero That is not its name.")
    field.fill("Harbour")
    page.click("#modal-submit")
    expect(page.locator("#modal")).to_have_count(0)
    values = small_bot.done[-1][1]
    assert values["what"]["r"]["selected_option"]["value"] == "some"
    assert [option["value"] for option in values["tick"]["c"]["selected_options"]] == ["all"]


def test_keyboard_when_used_alone_then_everything_can_be_done(opened: Open, small_bot: Any) -> None:
    page = opened()
    page.keyboard.type("/backup now")
    page.keyboard.press("Enter")
    review = page.locator("button:has-text('Review plan')")
    expect(review).to_be_visible()
    expect(page.locator("#composer-text")).to_be_focused()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.textContent") == "Review plan":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#modal")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Harbour")
    page.keyboard.press("Enter")
    expect(page.locator("#modal")).to_have_count(0)
    expect(review).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#modal")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#modal")).to_have_count(0)
    assert [name for name, _values in small_bot.done] == ["submitted"]


def test_poll_when_news_arrive_then_typing_and_focus_stay(opened: Open, slack: PretendSlack) -> None:
    page = opened()
    page.fill("#composer-text", "half a sent")
    slack.say(BEN, FINANCE, "News from Ben")
    expect(page.locator("#stream")).to_contain_text("News from Ben")
    expect(page.locator("#composer-text")).to_have_value("half a sent")
    expect(page.locator("#composer-text")).to_be_focused()


def test_message_when_updated_then_its_open_reply_form_stays(
    opened: Open, slack: PretendSlack, small_bot: Any
) -> None:
    page = opened()
    say(page, "/backup now")
    page.locator("summary", has_text="Reply in thread").last.focus()
    page.keyboard.press("Enter")
    reply = page.get_by_label("Reply to Ledgerkeep")
    reply.fill("why ga")
    ts = slack.messages(FINANCE)[-1].ts
    client = small_bot.app.client
    client.chat_update(channel=FINANCE, ts=ts, text="Later", blocks=[{"type": "divider"}])
    expect(page.locator("#stream hr")).to_have_count(1)
    expect(reply).to_have_value("why ga")
    expect(reply).to_be_focused()


def test_mention_when_asked_then_answer_in_the_thread(opened: Open) -> None:
    page = opened()
    say(page, "@ledgerkeep are quotes backed up?")
    expect(page.locator(".thread")).to_contain_text("Quotes are backed up.")


def test_home_when_opened_then_drawn_and_clickable(opened: Open, small_bot: Any, slack: PretendSlack) -> None:
    page = opened()
    page.click("text=Ledgerkeep Home")
    expect(page.locator("#home-page")).to_contain_text("All is well")
    page.click("#home-page button")
    assert slack.wait_until(lambda: [name for name, _body in small_bot.done] == ["home"])


def test_link_button_when_clicked_then_new_tab_and_the_app_hears_of_it(
    opened: Open, small_bot: Any, slack: PretendSlack
) -> None:
    page = opened()
    say(page, "/backup now")
    link = page.locator("a:has-text('Connect to Xero')")
    expect(link).to_have_attribute("target", "_blank")
    with page.context.expect_page():
        link.click()
    assert slack.wait_until(lambda: [name for name, _body in small_bot.done] == ["link"])


def test_act_as_when_switched_then_somebody_else_is_there(opened: Open) -> None:
    page = opened()
    page.select_option("#as", label="Gil Moreau, guest")
    page.wait_for_url("**/w/U0GIL/**")
    expect(page.locator("#nav")).not_to_contain_text("finance")


def test_app_when_not_in_a_channel_then_can_be_added(opened: Open, slack: PretendSlack) -> None:
    page = opened(f"/w/{ANA}/{RANDOM}")
    page.click("text=Add Ledgerkeep to this channel")
    assert slack.wait_until(lambda: slack.app.user_id in slack.workspace.channels[RANDOM].members)


def test_block_when_unknown_then_a_loud_box(opened: Open, slack: PretendSlack) -> None:
    from bot.sandbox.slack.people import Message

    block = {"type": "hologram", "block_id": "b"}
    slack.workspace.post(
        Message(ts=slack.workspace.new_ts(), channel=FINANCE, author=BEN, text="x", blocks=(block,))
    )
    expect(opened().locator(".loud")).to_contain_text("hologram")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_when_narrow_then_nothing_overflows(opened: Open, scheme: str) -> None:
    page = opened(viewport={"width": 375, "height": 700}, color_scheme=scheme, has_touch=True, is_mobile=True)
    say(page, "/backup now")
    expect(page.locator("h3")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    assert page.locator("button:has-text('Review plan')").bounding_box()["height"] >= 44  # type: ignore[index]
    page.tap("text=Review plan")
    expect(page.locator("#modal-submit")).to_be_in_viewport()


# Every text against the colour behind it, by the formula of WCAG 2; what has less than 4.5 to 1 is returned.
CONTRAST = """() => {
  const channel = (v) => (v / 255 <= .03928 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
  const colour = (text) => text.match(/[\\d.]+/g).map(Number);
  const clear = (c) => c.length === 4 && c[3] === 0;
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const c = colour(getComputedStyle(node).backgroundColor);
      if (!clear(c)) return c.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const hasText = (node) => [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  const bad = [];
  for (const node of document.querySelectorAll("main *, nav *, .bar *")) {
    if (!hasText(node) || node.closest(".quiet, option") || !node.checkVisibility()) continue;
    const ink = colour(getComputedStyle(node).color).slice(0, 3);
    const [a, b] = [light(ink), light(behind(node))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) bad.push(`${node.className}: ${node.textContent.slice(0, 30)}`);
  }
  return bad;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_when_measured_then_contrast_is_enough(opened: Open, scheme: str) -> None:
    page = opened(color_scheme=scheme)
    say(page, "/backup help")
    say(page, "/backup now")
    say(page, "@ledgerkeep are quotes backed up?")
    expect(page.locator(".thread")).to_be_visible()
    assert page.evaluate(CONTRAST) == []


def test_page_when_scripts_are_off_then_still_usable(
    opened: Open, slack: PretendSlack, small_bot: Any
) -> None:
    page = opened(java_script_enabled=False)
    page.fill("#composer-text", "/backup now")
    page.click("#composer button:has-text('Send')")
    expect(page.locator("#composer")).to_be_visible()
    said = page.get_by_text("Backup complete, with gaps")  # nothing redraws the page without scripts
    for _look in range(40):
        if said.count():
            break
        page.wait_for_timeout(100)
        page.reload()
    page.click("text=Stop restore")
    expect(page.locator("h1")).to_have_text("Stop it?")
    page.click("text=Stop restore")
    assert slack.wait_until(lambda: [name for name, _body in small_bot.done] == ["stop"])
