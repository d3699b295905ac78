"""A headless browser, and a workspace page with a small bot behind it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from slack_bolt import Ack, App, Say
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient
from werkzeug.serving import make_server

from bot.sandbox.slack import PretendSlack

Json = dict[str, Any]
MOST_BYTES = 250_000  # of a picture in the README
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as the machine has it; without it tests are skipped, but never in CI.

    Not for the whole session: while Playwright runs, this thread has an event loop and no bot can start.
    """
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no chromium found, and CI must have one")
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=SWITCHES)
        yield opened
        opened.close()


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[Page, str], None]:
    """Take a picture for the README in 256 colours, with nothing hovered over."""
    folder = Path(os.environ.get("PICTURES", tmp_path))

    def take(page: Page, name: str) -> None:
        page.mouse.move(0, 0)
        path = folder / f"{name}.png"
        page.screenshot(path=path)
        if "PICTURES" in os.environ:
            with Image.open(path) as taken:
                few = taken.convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE)
            few.save(path, optimize=True)
            assert path.stat().st_size < MOST_BYTES

    return take


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(action: str, text: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action, "value": "v1:1", "text": plain(text), **more}


CONFIRM = {"title": plain("Stop it?"), "text": plain("It can go on later."), "confirm": plain("Stop restore"),
           "deny": plain("Keep going")}  # fmt: skip
SUMMARY = [
    {"type": "header", "text": plain("Backup complete, with gaps")},
    section("*Harbour &amp; Sons &lt;b&gt;* is safe."),
    {"type": "table", "rows": [[{"type": "raw_text", "text": text} for text in row]
                               for row in (("Resource", "Records"), ("Invoices", "31,204"))]},
    {"type": "actions", "elements": [
        button("review", "Review plan", style="primary"), button("stop", "Stop restore", confirm=CONFIRM),
        button("link", "Connect to Xero", url="http://127.0.0.1:9/xero")]},
]  # fmt: skip
OPTIONS = [{"text": plain("Everything"), "value": "all"}, {"text": plain("Chosen types"), "value": "some"}]
FORM = {
    "type": "modal", "callback_id": "restore", "title": plain("Approve restore"),
    "submit": plain("Approve restore"),
    "blocks": [
        {"type": "input", "block_id": "what", "label": plain("What comes back"),
         "element": {"type": "radio_buttons", "action_id": "r", "options": OPTIONS,
                     "initial_option": OPTIONS[0]}},
        {"type": "input", "block_id": "tick", "label": plain("Confirm"),
         "element": {"type": "checkboxes", "action_id": "c", "options": [OPTIONS[0]]}},
        {"type": "input", "block_id": "target", "label": plain("Name of the target"),
         "hint": plain("As in Xero"),
         "element": {"type": "plain_text_input", "action_id": "t"}},
    ],
}  # fmt: skip
HOME = {
    "type": "home",
    "blocks": [section("*All is well*"), {"type": "actions", "elements": [button("home", "Go")]}],
}


class SmallBot:
    """Answers `/backup`, opens a form, publishes Home; notes what was done."""

    def __init__(self, slack: PretendSlack) -> None:
        self.done: list[tuple[str, Json]] = []
        client = WebClient(token=slack.bot_token, base_url=slack.api_url)
        self.app = App(signing_secret=slack.signing_secret, client=client)
        self.app.command("/backup")(self.command)
        for name in ("stop", "link", "home"):
            self.app.action(name)(self.clicked)
        self.app.action("review")(self.review)
        self.app.view("restore")(self.submitted)
        self.app.event("app_home_opened")(self.home)
        self.app.event("app_mention")(self.mentioned)
        self.app.event("message")(self.mentioned)

    def command(self, ack: Ack, body: Json, client: WebClient) -> None:
        if body["text"] == "now":
            ack()
            client.chat_postMessage(channel=body["channel_id"], text="Backup complete", blocks=SUMMARY)
        else:
            ack(text="Try `/backup now`.")

    def clicked(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        action = body["actions"][0]["action_id"]
        self.done.append((action, body))
        if action == "stop":
            message = body["message"]
            client.chat_update(
                channel=body["channel"]["id"], ts=message["ts"], text="Stopped", blocks=[section("Stopped")]
            )

    def review(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    def submitted(self, ack: Ack, body: Json) -> None:
        values = body["view"]["state"]["values"]
        self.done.append(("submitted", values))
        if values["target"]["t"]["value"] == "Harbour":
            ack()
        else:
            ack(response_action="errors", errors={"target": "That is not its name."})

    def home(self, event: Json, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view=HOME)

    def mentioned(self, event: Json, say: Say) -> None:
        say(text="Quotes are backed up.", thread_ts=event["ts"])


@pytest.fixture
def slack() -> Iterator[PretendSlack]:
    pretend = PretendSlack()
    pretend.suggestions = ("/backup now",)
    pretend.start()
    yield pretend
    pretend.stop()


@pytest.fixture
def small_bot(slack: PretendSlack) -> Iterator[SmallBot]:
    small, flask = SmallBot(slack), Flask("small")
    handler = SlackRequestHandler(small.app)
    flask.post("/slack/events")(lambda: handler.handle(request))
    server = make_server("127.0.0.1", 0, flask, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    slack.events_url = f"http://127.0.0.1:{server.server_port}/slack/events"
    yield small
    server.shutdown()
    server.server_close()
