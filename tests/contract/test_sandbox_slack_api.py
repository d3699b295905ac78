"""The Web API of the pretend Slack, driven by slack_sdk's own client."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from slack_bolt import App
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_bolt.request import BoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore

from bot.sandbox.slack import PretendSlack
from bot.sandbox.slack.demo import ANA, BEN, EVE, FINANCE, GENERAL, GIL, MOLLY, MONTH_END, OLD, RANDOM
from bot.sandbox.slack.installed import DEFAULT_SCOPES

Json = dict[str, Any]
OPTIONAL = "files:write users:read.email usergroups:read channels:read groups:read im:read im:write"
EVERYTHING = (*DEFAULT_SCOPES, *OPTIONAL.split())
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Plan"}, "blocks": [SECTION]}


class Ticking:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


@pytest.fixture
def slack(ticking: Ticking) -> Iterator[PretendSlack]:
    pretend = PretendSlack(now=ticking, scopes=EVERYTHING, client_secret="shh")
    pretend.start()
    yield pretend
    pretend.stop()


@pytest.fixture
def client(slack: PretendSlack) -> WebClient:
    return WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


def refused(call: Callable[..., Any], **args: Any) -> SlackApiError:
    with pytest.raises(SlackApiError) as raised:
        call(**args)
    return raised.value


def code(call: Callable[..., Any], **args: Any) -> str:
    return str(refused(call, **args).response["error"])


def test_auth_when_token_is_good_missing_unknown_or_revoked_then_as_slack_says(
    slack: PretendSlack, client: WebClient
) -> None:
    answer = client.auth_test()
    assert (answer["user_id"], answer["team_id"]) == (slack.app.user_id, slack.workspace.team_id)
    assert "chat:write" in answer.headers["x-oauth-scopes"]
    assert code(WebClient(base_url=slack.api_url).auth_test) == "not_authed"
    assert code(WebClient(token="xoxb-other", base_url=slack.api_url).auth_test) == "invalid_auth"
    slack.app.revoke_all()
    assert code(client.auth_test) == "token_revoked"


def test_method_when_unknown_then_unknown_method(client: WebClient) -> None:
    assert code(client.api_call, api_method="chat.shout") == "unknown_method"
    assert client.api_test(foo="bar")["args"]["foo"] == "bar"


def test_message_when_posted_updated_deleted_then_place_keeps(slack: PretendSlack, client: WebClient) -> None:
    posted = client.chat_postMessage(channel=FINANCE, text="One", blocks=[SECTION])
    client.chat_update(channel=FINANCE, ts=posted["ts"], text="Two", blocks=[SECTION, SECTION])
    (message,) = slack.messages(FINANCE)
    assert (message.ts, message.text, len(message.blocks), message.is_edited) == (
        posted["ts"],
        "Two",
        2,
        True,
    )
    assert all(block["block_id"] for block in message.blocks)
    client.chat_delete(channel=FINANCE, ts=posted["ts"])
    assert slack.messages(FINANCE) == []


def test_update_when_blocks_are_not_sent_then_old_blocks_stay(slack: PretendSlack, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=FINANCE, text="One", blocks=[SECTION])["ts"]
    client.chat_update(channel=FINANCE, ts=ts, text="Two")
    assert slack.messages(FINANCE)[0].blocks
    client.chat_update(channel=FINANCE, ts=ts, text="Three", blocks=[])
    assert slack.messages(FINANCE)[0].blocks == ()


def test_message_when_sent_to_a_person_then_lands_in_direct_message(
    slack: PretendSlack, client: WebClient
) -> None:
    channel = client.chat_postMessage(channel=ANA, text="Welcome")["channel"]
    assert channel == client.conversations_open(users=ANA)["channel"]["id"]
    assert [m.text for m in slack.messages(channel, ANA)] == ["Welcome"]


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C404", "channel_not_found"),
        (RANDOM, "not_in_channel"),
        (OLD, "is_archived"),
        (MOLLY, "user_disabled"),
    ],
)
def test_message_when_channel_is_not_open_to_the_app_then_refused(
    client: WebClient, channel: str, error: str
) -> None:
    assert code(client.chat_postMessage, channel=channel, text="x") == error


def test_message_when_private_channel_without_the_app_then_not_found(
    slack: PretendSlack, client: WebClient
) -> None:
    slack.workspace.leave(MONTH_END, slack.app.user_id)
    assert code(client.chat_postMessage, channel=MONTH_END, text="x") == "channel_not_found"


def test_message_when_blocks_are_bad_then_problems_are_named(slack: PretendSlack, client: WebClient) -> None:
    error = refused(client.chat_postMessage, channel=FINANCE, text="x", blocks=[{"type": "nonsense"}])
    assert error.response["error"] == "invalid_blocks"
    assert "/blocks/0" in error.response["response_metadata"]["messages"][0]
    assert slack.messages(FINANCE) == []
    assert slack.calls[-1].error == "invalid_blocks"


def test_message_when_empty_or_too_long_then_refused(client: WebClient) -> None:
    assert code(client.api_call, api_method="chat.postMessage", json={"channel": FINANCE}) == "no_text"
    assert code(client.chat_postMessage, channel=FINANCE, text="x" * 40_001) == "msg_too_long"
    long = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5
    assert code(client.chat_postMessage, channel=FINANCE, text="x", blocks=long) == "msg_blocks_too_long"


def test_update_when_not_ours_or_gone_then_refused(slack: PretendSlack, client: WebClient) -> None:
    theirs = slack.say(BEN, FINANCE, "Hello").message
    assert theirs is not None
    assert code(client.chat_update, channel=FINANCE, ts=theirs.ts, text="x") == "cant_update_message"
    assert code(client.chat_update, channel=FINANCE, ts="1.000000", text="x") == "message_not_found"
    assert code(client.chat_delete, channel=FINANCE, ts=theirs.ts) == "cant_delete_message"


def test_ephemeral_when_posted_then_one_person_sees_it(slack: PretendSlack, client: WebClient) -> None:
    client.chat_postEphemeral(channel=FINANCE, user=ANA, text="For you")
    assert [m.text for m in slack.messages(FINANCE, ANA)] == ["For you"]
    assert slack.messages(FINANCE, BEN) == []
    assert code(client.chat_postEphemeral, channel=FINANCE, user=GIL, text="x") == "user_not_in_channel"


def test_permalink_when_asked_then_leads_to_the_page(slack: PretendSlack, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=FINANCE, text="x")["ts"]
    link = client.chat_getPermalink(channel=FINANCE, message_ts=ts)["permalink"]
    assert get(link)[0] == 303
    assert code(client.chat_getPermalink, channel=FINANCE, message_ts="1.000000") == "message_not_found"


def test_scope_when_missing_then_named_per_method(ticking: Ticking) -> None:
    pretend = PretendSlack(now=ticking)
    pretend.start()
    client = WebClient(token=pretend.bot_token, base_url=pretend.api_url)
    error = refused(client.files_getUploadURLExternal, filename="a.csv", length=3)
    assert (error.response["error"], error.response["needed"]) == ("missing_scope", "files:write")
    assert code(client.users_lookupByEmail, email="ana@harbour.example") == "missing_scope"
    assert code(client.conversations_members, channel=FINANCE) == "missing_scope"
    assert "email" not in client.users_info(user=ANA)["user"]["profile"]
    pretend.stop()


def test_people_when_asked_then_flags_tell_who_may_what(client: WebClient) -> None:
    info = {user: client.users_info(user=user)["user"] for user in (ANA, BEN, GIL, EVE, MOLLY)}
    assert info[ANA]["is_admin"] is True
    assert info[BEN]["is_admin"] is False
    assert info[GIL]["is_restricted"] is True
    assert info[MOLLY]["deleted"] is True
    assert info[EVE]["team_id"] != info[ANA]["team_id"]
    assert info[ANA]["profile"]["email"] == "ana@harbour.example"
    assert code(client.users_info, user="U404") == "user_not_found"
    assert code(client.users_lookupByEmail, email="molly@harbour.example") == "users_not_found"
    assert client.users_lookupByEmail(email="ana@harbour.example")["user"]["id"] == ANA


def test_lists_when_longer_than_a_page_then_cursor_leads_on(client: WebClient) -> None:
    first = client.users_list(limit=3)
    second = client.users_list(limit=100, cursor=first["response_metadata"]["next_cursor"])
    assert len(first["members"]) == 3
    assert second["response_metadata"]["next_cursor"] == ""
    assert set(client.conversations_members(channel=FINANCE)["members"]) >= {ANA, BEN}
    names = {row["name"] for row in client.conversations_list(exclude_archived=True)["channels"]}
    assert {"finance", "general"} <= names
    assert "old-projects" not in names
    assert "month-end" not in names
    assert client.conversations_info(channel=MONTH_END)["channel"]["is_private"] is True


def test_groups_when_asked_then_members(slack: PretendSlack, client: WebClient) -> None:
    slack.workspace.groups["S0APPROVERS"] = ("approvers", (ANA, BEN))
    assert client.usergroups_list()["usergroups"][0]["handle"] == "approvers"
    assert client.usergroups_users_list(usergroup="S0APPROVERS")["users"] == [ANA, BEN]
    assert code(client.usergroups_users_list, usergroup="S404") == "no_such_subteam"


def test_trigger_when_reused_late_or_made_up_then_refused(
    slack: PretendSlack, client: WebClient, ticking: Ticking
) -> None:
    trigger = slack.realm.tickets.trigger(ANA)
    client.views_open(trigger_id=trigger, view=MODAL)
    assert slack.open_modal(ANA) is not None
    assert code(client.views_open, trigger_id=trigger, view=MODAL) == "exchanged_trigger_id"
    assert code(client.views_open, trigger_id="1.2.x", view=MODAL) == "invalid_trigger_id"
    late = slack.realm.tickets.trigger(ANA)
    ticking.at += timedelta(seconds=4)
    assert code(client.views_open, trigger_id=late, view=MODAL) == "expired_trigger_id"


def test_view_when_bad_then_invalid_arguments_and_trigger_still_good(
    slack: PretendSlack, client: WebClient
) -> None:
    trigger = slack.realm.tickets.trigger(ANA)
    bad = {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}}
    error = refused(client.views_open, trigger_id=trigger, view=bad)
    assert error.response["error"] == "invalid_arguments"
    assert "/view/title/text" in error.response["response_metadata"]["messages"][0]
    client.views_open(trigger_id=trigger, view=MODAL)


def test_view_when_hash_is_old_then_conflict(slack: PretendSlack, client: WebClient) -> None:
    opened = client.views_open(trigger_id=slack.realm.tickets.trigger(ANA), view=MODAL)["view"]
    client.views_update(view_id=opened["id"], hash=opened["hash"], view=MODAL)
    assert code(client.views_update, view_id=opened["id"], hash=opened["hash"], view=MODAL) == "hash_conflict"
    assert code(client.views_update, view_id="V404", view=MODAL) == "not_found"


def test_view_when_pushed_thrice_then_limit(slack: PretendSlack, client: WebClient) -> None:
    view = client.views_open(trigger_id=slack.realm.tickets.trigger(ANA), view=MODAL)["view"]
    for _ in range(2):
        view = client.views_push(trigger_id=slack.realm.tickets.trigger(ANA, view["id"]), view=MODAL)["view"]
    trigger = slack.realm.tickets.trigger(ANA, view["id"])
    assert code(client.views_push, trigger_id=trigger, view=MODAL) == "push_limit_reached"


def test_home_when_published_then_each_person_has_their_own(slack: PretendSlack, client: WebClient) -> None:
    home = {"type": "home", "blocks": [SECTION]}
    client.views_publish(user_id=ANA, view=home)
    assert slack.home(ANA) is not None
    assert slack.home(BEN) is None
    table = {"type": "home", "blocks": [{"type": "markdown", "text": "# no"}]}
    assert code(client.views_publish, user_id=ANA, view=table) == "invalid_arguments"


def test_file_when_uploaded_then_shared_and_downloadable(slack: PretendSlack, client: WebClient) -> None:
    client.files_upload_v2(channel=FINANCE, filename="report.csv", content="a,b\n", initial_comment="Report")
    (message,) = slack.messages(FINANCE)
    assert (message.text, message.files[0].name) == ("Report", "report.csv")
    assert get(f"{slack.base_url}/files/{message.files[0].id}") == (200, b"a,b\n")
    assert code(client.files_completeUploadExternal, files=[{"id": "F404"}]) == "file_not_found"


def test_rate_when_one_channel_is_flooded_then_429_with_retry_after(
    slack: PretendSlack, client: WebClient
) -> None:
    def flood() -> None:
        for _ in range(14):
            client.chat_postMessage(channel=GENERAL, text="x")

    error = refused(flood)
    assert error.response.status_code == 429
    assert int(error.response.headers["Retry-After"]) >= 1
    client.chat_postMessage(channel=FINANCE, text="Another channel has its own pace.")
    slack.rate_limits = False
    flood()


def test_fault_when_scripted_then_hits_only_that_call(slack: PretendSlack, client: WebClient) -> None:
    slack.faults.ratelimited("chat.postMessage", 7, skip=1)
    slack.faults.error("users.info", "token_revoked")
    slack.faults.status("chat.update", 500)
    client.chat_postMessage(channel=FINANCE, text="First passes")
    assert refused(client.chat_postMessage, channel=FINANCE, text="x").response.headers["Retry-After"] == "7"
    client.chat_postMessage(channel=FINANCE, text="Third passes")
    assert code(client.users_info, user=ANA) == "token_revoked"
    assert refused(client.chat_update, channel=FINANCE, ts="1.0", text="x").response.status_code == 500


def test_fault_when_html_then_client_sees_no_json(slack: PretendSlack, client: WebClient) -> None:
    slack.faults.html("chat.postMessage")
    error = refused(client.chat_postMessage, channel=FINANCE, text="x")
    assert error.response.status_code == 503


@pytest.mark.parametrize(("done", "posted"), [(False, 0), (True, 1)])
def test_fault_when_dropped_then_connection_breaks_before_or_after(
    slack: PretendSlack, client: WebClient, done: bool, posted: int
) -> None:
    slack.faults.drop("chat.postMessage", done=done)
    with pytest.raises(http.client.IncompleteRead):
        client.chat_postMessage(channel=FINANCE, text="x")
    assert len(slack.messages(FINANCE)) == posted


def test_fault_when_slow_then_client_times_out_but_message_stands(slack: PretendSlack) -> None:
    hasty = WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=1, retry_handlers=[])
    slack.faults.slow("chat.postMessage", 30)
    with pytest.raises(TimeoutError):
        hasty.chat_postMessage(channel=FINANCE, text="x")
    assert slack.wait_until(lambda: len(slack.messages(FINANCE)) == 1)


def respond(slack: PretendSlack, key: str, body: Json) -> tuple[int, bytes]:
    parts = urlsplit(slack.base_url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    connection.request("POST", f"/response/{key}", json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


def get(url: str) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    connection.request("GET", parts.path)
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


def test_response_when_used_six_times_or_late_then_refused(slack: PretendSlack, ticking: Ticking) -> None:
    key = slack.realm.tickets.answering(FINANCE, ANA)
    assert [respond(slack, key, {"text": "x"})[0] for _ in range(6)] == [200] * 5 + [404]
    other = slack.realm.tickets.answering(FINANCE, ANA)
    ticking.at += timedelta(minutes=31)
    assert respond(slack, other, {"text": "x"}) == (404, b"expired_url")


def test_response_when_replacing_deleting_or_public_then_done(slack: PretendSlack, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=FINANCE, text="Old")["ts"]
    key = slack.realm.tickets.answering(FINANCE, ANA, ts)
    respond(slack, key, {"text": "New", "replace_original": True})
    assert [m.text for m in slack.messages(FINANCE, BEN)] == ["New"]
    respond(slack, key, {"text": "Public", "response_type": "in_channel"})
    respond(slack, key, {"text": "Private"})
    assert [m.text for m in slack.messages(FINANCE, BEN)] == ["New", "Public"]
    respond(slack, key, {"delete_original": True})
    assert [m.text for m in slack.messages(FINANCE, ANA)] == ["Public", "Private"]
    bad = {"text": "x", "blocks": [{"type": "nonsense"}]}
    assert respond(slack, slack.realm.tickets.answering(FINANCE, ANA), bad) == (400, b"invalid_blocks")


def test_install_when_followed_with_bolt_then_token_works(slack: PretendSlack, tmp_path: Any) -> None:
    slack.app.revoke_all()
    store = FileInstallationStore(base_dir=str(tmp_path), client_id=slack.app.client_id)
    settings = OAuthSettings(
        client_id=slack.app.client_id,
        client_secret=slack.app.client_secret,
        scopes=list(DEFAULT_SCOPES),
        redirect_uri="http://127.0.0.1:3000/slack/oauth_redirect",
        authorization_url=f"{slack.base_url}/oauth/v2/authorize",
        installation_store=store,
        state_store=FileOAuthStateStore(expiration_seconds=300, base_dir=str(tmp_path)),
        install_page_rendering_enabled=False,
    )
    app = App(
        signing_secret=slack.signing_secret, oauth_settings=settings, client=WebClient(base_url=slack.api_url)
    )
    started = app.oauth_flow.handle_installation(BoltRequest(body="", mode="http"))  # type: ignore[union-attr]
    target = started.headers["location"][0]
    assert get(target)[0] == 200
    given = {key: value[0] for key, value in parse_qs(urlsplit(target).query).items()}
    back = post_form(slack, {**given, "answer": "allow", "user": ANA})
    query = {key: value[0] for key, value in parse_qs(urlsplit(back).query).items()}
    cookie = started.headers["set-cookie"][0].split(";")[0]
    request = BoltRequest(body="", query=query, headers={"cookie": cookie}, mode="http")
    assert app.oauth_flow.handle_callback(request).status == 200  # type: ignore[union-attr]
    bot = store.find_bot(enterprise_id=None, team_id=slack.workspace.team_id)
    assert bot is not None
    assert WebClient(token=bot.bot_token, base_url=slack.api_url).auth_test()["ok"]
    assert code(WebClient(base_url=slack.api_url).oauth_v2_access, client_id=slack.app.client_id,
                client_secret="shh", code=query["code"]) == "invalid_code"  # fmt: skip


def test_install_when_cancelled_then_access_denied(slack: PretendSlack) -> None:
    given = {
        "client_id": slack.app.client_id,
        "scope": "commands",
        "state": "s",
        "redirect_uri": "http://127.0.0.1/x",
    }
    assert post_form(slack, {**given, "answer": "cancel"}) == "http://127.0.0.1/x?state=s&error=access_denied"


def post_form(slack: PretendSlack, fields: dict[str, str]) -> str:
    from urllib.parse import urlencode

    connection = http.client.HTTPConnection(urlsplit(slack.base_url).netloc, timeout=5)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/oauth/v2/authorize", urlencode(fields), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.getheader("Location") or ""
