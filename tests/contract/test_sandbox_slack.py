"""The pretend Slack against the real slack_bolt, over HTTP and over Socket Mode: the same tests for both."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, request
from slack_bolt import Ack, App, Respond, Say
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from werkzeug.serving import make_server

from bot.sandbox.slack import PretendSlack
from bot.sandbox.slack.demo import ANA, BEN, CLIENTS, EVE, FINANCE, GENERAL, MONTH_END, RANDOM

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def form(*, title: str = "Restore") -> Json:
    field = {"type": "plain_text_input", "action_id": "typed"}
    target = {
        "type": "input",
        "block_id": "target",
        "label": plain("Type the target's name"),
        "element": field,
    }
    why = {**target, "block_id": "why", "label": plain("Why"), "optional": True}
    blocks = [section("Everything comes back as a copy."), target, why]
    return {"type": "modal", "callback_id": "restore", "title": plain(title), "submit": plain("Approve"),
            "blocks": blocks, "private_metadata": "v1:7", "notify_on_close": True}  # fmt: skip


STATUS = [
    section("*Harbour* is safe."),
    {"type": "actions", "elements": [
        {"type": "button", "action_id": "now", "value": "v1:1", "text": plain("Back up now")},
        {"type": "button", "action_id": "review", "value": "v1:2", "text": plain("Review plan")},
    ]},
]  # fmt: skip


class TinyBot:
    """One command, two buttons, one modal, one Home page, and a note of all it heard."""

    def __init__(self, slack: PretendSlack) -> None:
        self.heard: list[tuple[str, Json]] = []
        self.failing = 0
        client = WebClient(token=slack.bot_token, base_url=slack.api_url)
        self.app = App(signing_secret=slack.signing_secret, client=client, process_before_response=False)
        self.app.command("/backup")(self.command)
        self.app.action("now")(self.now)
        self.app.action("review")(self.review)
        self.app.action("home")(self.home_button)
        self.app.view("restore")(self.submitted)
        self.app.view_closed("restore")(self.closed)
        for kind in ("app_mention", "app_home_opened", "tokens_revoked", "app_uninstalled"):
            self.app.event(kind)(self.event)
        self.app.event("message")(self.event)

    def note(self, kind: str, body: Json) -> None:
        self.heard.append((kind, body))

    def command(self, ack: Ack, body: Json, respond: Respond) -> None:
        self.note("command", body)
        word = body["text"].split(" ")[0]
        if word == "bad":
            ack(text="x", blocks=[{"type": "nonsense"}])
        elif word == "public":
            ack(text="Everybody sees this.", response_type="in_channel")
        elif word == "later":
            ack()
            respond(text="Here it is.", blocks=[section("Here it is.")])
        else:
            ack(text="Harbour is safe.", blocks=STATUS)

    def now(self, ack: Ack, body: Json, client: WebClient, respond: Respond) -> None:
        ack()
        self.note("now", body)
        posted = client.chat_postMessage(channel=body["channel"]["id"], text="Running", blocks=STATUS)
        client.chat_update(channel=posted["channel"], ts=posted["ts"], text="Done", blocks=[section("Done")])
        respond(text="Started.", replace_original=True, blocks=[section("Started.")])

    def review(self, ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form())

    def submitted(self, ack: Ack, body: Json) -> None:
        self.note("submitted", body)
        typed = body["view"]["state"]["values"]["target"]["typed"]["value"]
        if typed == "next":
            ack(response_action="update", view=form(title="Second look"))
        elif typed == "more":
            ack(response_action="push", view=form(title="Above"))
        elif typed == "all":
            ack(response_action="clear")
        elif typed == "lost":
            ack(response_action="errors", errors={"nowhere": "No such field"})
        elif typed != "Harbour":
            ack(response_action="errors", errors={"target": "That is not its name."})
        else:
            ack()

    def closed(self, ack: Ack, body: Json) -> None:
        ack()
        self.note("closed", body)

    def home_button(self, ack: Ack, body: Json) -> None:
        ack()
        self.note("home_button", body)

    def event(self, body: Json, say: Say, client: WebClient) -> None:
        event = body["event"]
        self.note(event["type"], body)
        if event["type"] in ("app_mention", "message"):
            say(text="Quotes are backed up.", thread_ts=event.get("thread_ts") or event["ts"])
        if event["type"] == "app_home_opened":
            button = {
                "type": "button",
                "action_id": "home",
                "text": plain("See what isn't covered"),
                "value": "v1:3",
            }
            view = {
                "type": "home",
                "blocks": [section("All is well"), {"type": "actions", "elements": [button]}],
            }
            client.views_publish(user_id=event["user"], view=view)

    def kinds(self) -> list[str]:
        return [kind for kind, _body in self.heard]


def over_http(slack: PretendSlack, bot: TinyBot) -> Any:
    flask, handler = Flask("tiny"), SlackRequestHandler(bot.app)

    @flask.post("/slack/events")
    def events() -> Any:
        if bot.failing:
            bot.failing -= 1
            return "", 500
        if request.is_json and request.json and request.json.get("type") == "url_verification":
            return {"challenge": request.json["challenge"]}
        return handler.handle(request)

    server = make_server("127.0.0.1", 0, flask, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    slack.events_url = f"http://127.0.0.1:{server.server_port}/slack/events"

    def stop() -> None:
        server.shutdown()
        server.server_close()

    return stop


def over_socket(slack: PretendSlack, bot: TinyBot) -> Any:
    client = WebClient(base_url=slack.api_url)
    handler = SocketModeHandler(bot.app, slack.app_token, web_client=client)
    handler.connect()  # type: ignore[no-untyped-call]
    assert slack.wait_until(lambda: slack.realm.sockets.connections == 1)
    # Its reader waits so long before it looks whether it should end; three seconds by default.
    session: Any = handler.client.current_session
    session.sock.settimeout(0.1)
    return handler.close


@pytest.fixture
def slack() -> Iterator[PretendSlack]:
    pretend = PretendSlack()
    pretend.start()
    yield pretend
    pretend.stop()


@pytest.fixture(params=[over_http, over_socket], ids=["http", "socket"])
def bot(slack: PretendSlack, request: pytest.FixtureRequest) -> Iterator[TinyBot]:
    tiny = TinyBot(slack)
    stop = request.param(slack, tiny)
    yield tiny
    stop()


@pytest.fixture
def http_bot(slack: PretendSlack) -> Iterator[TinyBot]:
    tiny = TinyBot(slack)
    stop = over_http(slack, tiny)
    yield tiny
    stop()


def test_command_when_typed_then_answer_is_ephemeral_and_fields_are_slacks(
    slack: PretendSlack, bot: TinyBot
) -> None:
    answer = slack.command(ANA, FINANCE, "status <now> @ben in #finance")
    assert answer.ok
    assert answer.message is not None
    assert answer.message.text == "Harbour is safe."
    assert [m.text for m in slack.messages(FINANCE, ANA)] == ["Harbour is safe."]
    assert slack.messages(FINANCE, BEN) == []
    body = bot.heard[0][1]
    assert body["text"] == f"status &lt;now&gt; <@{BEN}> in <#{FINANCE}|finance>"
    assert (body["user_id"], body["channel_id"], body["team_id"]) == (ANA, FINANCE, slack.workspace.team_id)


def test_command_when_in_channel_then_everybody_sees_it(slack: PretendSlack, http_bot: TinyBot) -> None:
    slack.command(ANA, FINANCE, "public")
    assert [m.text for m in slack.messages(FINANCE, BEN)] == ["Everybody sees this."]


def test_command_when_answered_with_bad_blocks_then_refused(slack: PretendSlack, http_bot: TinyBot) -> None:
    answer = slack.command(ANA, FINANCE, "bad")
    assert answer.error == "invalid_blocks"
    assert all(m.is_notice for m in slack.messages(FINANCE, ANA))


def test_command_when_answered_later_then_response_url_posts_for_one(
    slack: PretendSlack, bot: TinyBot
) -> None:
    assert slack.command(ANA, FINANCE, "later").ok
    assert slack.wait_until(lambda: bool(slack.messages(FINANCE, ANA)))
    assert slack.messages(FINANCE, BEN) == []
    assert slack.messages(FINANCE, ANA)[0].blocks[0]["type"] == "section"


def test_command_when_unknown_or_from_another_workspace_then_not_sent(
    slack: PretendSlack, http_bot: TinyBot
) -> None:
    assert slack.command(ANA, FINANCE, "x", command="/other").error == "unknown_command"
    assert slack.command(EVE, CLIENTS, "status").error == "unknown_command"
    assert http_bot.heard == []


def test_click_when_on_ephemeral_then_message_is_replaced_and_channel_message_updated(
    slack: PretendSlack, bot: TinyBot
) -> None:
    shown = slack.command(ANA, FINANCE, "status").message
    assert shown is not None
    assert slack.click(ANA, FINANCE, shown, "now").ok
    assert slack.wait_until(lambda: [m.text for m in slack.messages(FINANCE, ANA)] == ["Started.", "Done"])
    body = next(body for kind, body in bot.heard if kind == "now")
    assert body["container"]["is_ephemeral"] is True
    assert "message" not in body
    assert body["actions"][0]["value"] == "v1:1"


def test_click_when_on_channel_message_then_message_travels(slack: PretendSlack, http_bot: TinyBot) -> None:
    client = WebClient(token=slack.bot_token, base_url=slack.api_url)
    ts = client.chat_postMessage(channel=CLIENTS, text="Status", blocks=STATUS)["ts"]
    assert slack.click(EVE, CLIENTS, ts, "now").ok
    assert slack.wait_until(lambda: "now" in http_bot.kinds())
    body = http_bot.heard[0][1]
    assert body["message"]["ts"] == ts
    assert body["user"]["team_id"] != slack.workspace.team_id


def open_form(slack: PretendSlack) -> str:
    shown = slack.command(ANA, FINANCE, "status").message
    assert shown is not None
    slack.click(ANA, FINANCE, shown, "review")
    assert slack.wait_until(lambda: slack.open_modal(ANA) is not None)
    modal = slack.open_modal(ANA)
    assert modal is not None
    return modal.id


def test_modal_when_incomplete_wrong_then_right_then_errors_then_closed(
    slack: PretendSlack, bot: TinyBot
) -> None:
    view_id = open_form(slack)
    incomplete = slack.submit(ANA, view_id, {})
    assert incomplete.field_errors == {"target": "Please complete this required field."}
    assert "submitted" not in bot.kinds()
    wrong = slack.submit(ANA, view_id, {"target": {"typed": "Habour"}})
    assert (wrong.error, wrong.field_errors) == ("errors", {"target": "That is not its name."})
    assert slack.open_modal(ANA) is not None
    right = slack.submit(ANA, view_id, {"target": {"typed": "Harbour"}, "why": {"typed": "Audit"}})
    assert right.ok
    assert slack.open_modal(ANA) is None
    view = bot.heard[-1][1]["view"]
    assert view["private_metadata"] == "v1:7"
    assert view["state"]["values"]["why"]["typed"] == {"type": "plain_text_input", "value": "Audit"}


def test_modal_when_updated_pushed_cleared_then_stack_follows(slack: PretendSlack, http_bot: TinyBot) -> None:
    first = open_form(slack)
    updated = slack.submit(ANA, first, {"target": {"typed": "next"}})
    assert updated.view is not None
    assert (updated.view.id, updated.view.view["title"]["text"]) == (first, "Second look")
    pushed = slack.submit(ANA, first, {"target": {"typed": "more"}})
    assert pushed.view is not None
    assert (pushed.view.previous_id, len(slack.workspace.modals(ANA))) == (first, 2)
    assert slack.submit(ANA, pushed.view.id, {"target": {"typed": "all"}}).ok
    assert slack.workspace.modals(ANA) == []


def test_modal_when_error_names_no_field_then_trouble_and_stays_open(
    slack: PretendSlack, http_bot: TinyBot
) -> None:
    answer = slack.submit(ANA, open_form(slack), {"target": {"typed": "lost"}})
    assert (answer.ok, answer.error) == (False, "invalid_errors")
    assert slack.open_modal(ANA) is not None


def test_modal_when_closed_then_app_hears_of_it(slack: PretendSlack, http_bot: TinyBot) -> None:
    view_id = open_form(slack)
    assert slack.close_modal(ANA, view_id).ok
    assert slack.open_modal(ANA) is None
    assert http_bot.kinds()[-1] == "closed"


def test_mention_when_app_is_there_then_answered_in_thread(slack: PretendSlack, bot: TinyBot) -> None:
    asked = slack.mention(BEN, FINANCE, "are quotes backed up?").message
    assert asked is not None
    assert slack.wait_until(lambda: len(slack.messages(FINANCE)) == 2)
    assert slack.messages(FINANCE)[1].thread_ts == asked.ts
    assert bot.heard[0][1]["event"]["text"] == f"<@{slack.app.user_id}> are quotes backed up?"


def test_mention_when_app_is_not_there_then_notice_and_no_event(
    slack: PretendSlack, http_bot: TinyBot
) -> None:
    assert slack.mention(ANA, RANDOM, "hello").error == "not_in_channel"
    assert slack.messages(RANDOM, ANA)[-1].is_notice
    assert http_bot.heard == []


def test_direct_message_when_sent_then_message_im_and_answer(slack: PretendSlack, bot: TinyBot) -> None:
    sent = slack.direct(ANA, "what isn't covered?").message
    assert sent is not None
    assert slack.wait_until(lambda: len(slack.messages(sent.channel)) == 2)
    assert bot.heard[0][1]["event"]["channel_type"] == "im"


def test_home_when_opened_then_published_and_clickable(slack: PretendSlack, bot: TinyBot) -> None:
    slack.open_home(ANA)
    assert slack.wait_until(lambda: slack.home(ANA) is not None)
    assert slack.click_home(ANA, "home").ok
    assert slack.wait_until(lambda: "home_button" in bot.kinds())
    body = bot.heard[-1][1]
    assert body["container"]["type"] == "view"
    assert body["view"]["id"] == slack.home(ANA).id  # type: ignore[union-attr]


def test_uninstall_when_done_then_both_events_arrive_and_token_is_useless(
    slack: PretendSlack, bot: TinyBot
) -> None:
    slack.uninstall()
    with pytest.raises(SlackApiError, match="token_revoked"):
        WebClient(token=slack.bot_token, base_url=slack.api_url).auth_test()
    sent = [
        payload["event"] for envelope, payload, _r in slack.realm.delivery.sent if envelope == "events_api"
    ]
    assert [event["type"] for event in sent] == ["tokens_revoked", "app_uninstalled"]
    assert sent[0]["tokens"] == {"oauth": [], "bot": [slack.app.user_id]}
    assert slack.command(ANA, FINANCE, "status").error == "unknown_command"


def test_duplicate_when_delivered_twice_then_same_event_id(slack: PretendSlack, http_bot: TinyBot) -> None:
    slack.mention(BEN, FINANCE, "hello")
    assert slack.duplicate().ok
    assert slack.wait_until(lambda: len(slack.messages(FINANCE)) == 3)
    first, second = (body["event_id"] for _kind, body in http_bot.heard)
    assert first == second


def test_event_when_answered_500_then_sent_again_with_retry_headers(
    slack: PretendSlack, http_bot: TinyBot
) -> None:
    slack.realm.delivery.retry_waits = (0.0, 0.0, 0.0)
    http_bot.failing = 2
    slack.mention(BEN, FINANCE, "hello")
    assert slack.wait_until(lambda: len(slack.messages(FINANCE)) == 2)
    assert slack.wait_until(lambda: len(slack.realm.delivery.sent) == 3)
    assert len({payload["event_id"] for _envelope, payload, _reply in slack.realm.delivery.sent}) == 1


def test_request_when_signed_with_another_secret_then_bolt_refuses(
    slack: PretendSlack, http_bot: TinyBot
) -> None:
    slack.app.signing_secret = "another"
    answer = slack.command(ANA, FINANCE, "status")
    assert (answer.ok, answer.status, answer.error) == (False, 401, "dispatch_failed")
    assert http_bot.heard == []


def test_request_when_clock_is_off_then_bolt_refuses(slack: PretendSlack, http_bot: TinyBot) -> None:
    real = slack.realm.delivery._now
    slack.realm.delivery._now = lambda: real().replace(year=2020)
    assert slack.command(ANA, FINANCE, "status").status == 401


def test_url_when_verified_then_challenge_comes_back(slack: PretendSlack, http_bot: TinyBot) -> None:
    assert slack.realm.delivery.verify()


def test_command_when_bot_is_down_then_dispatch_failed_and_person_is_told(slack: PretendSlack) -> None:
    slack.events_url = "http://127.0.0.1:9/slack/events"
    assert slack.command(ANA, MONTH_END, "status").error == "dispatch_failed"
    assert "dispatch_failed" in slack.messages(MONTH_END, ANA)[0].text


def test_command_when_bot_answers_too_late_then_operation_timeout(slack: PretendSlack) -> None:
    flask, asked = Flask("late"), threading.Event()
    flask.post("/slack/events")(lambda: (asked.wait(5), "")[1])
    server = make_server("127.0.0.1", 0, flask, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    slack.events_url = f"http://127.0.0.1:{server.server_port}/slack/events"
    slack.realm.delivery.patience = 0.1
    assert slack.command(ANA, GENERAL, "status").error == "operation_timeout"
    asked.set()
    server.shutdown()
    server.server_close()
