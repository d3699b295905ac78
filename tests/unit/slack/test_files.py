"""Files reach the pretend Slack, in their three steps, and each of its refusals becomes one of ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.names import WorkspaceId
from bot.errors import PostRefused, SlackDisconnected, SlackUnavailable
from bot.sandbox.slack import PretendSlack
from bot.sandbox.slack.demo import ANA, FINANCE
from bot.sandbox.slack.installed import DEFAULT_SCOPES
from bot.slack.client import Slack
from bot.slack.files import Files

HOME = WorkspaceId("w1")
SCOPES = tuple(dict.fromkeys((*DEFAULT_SCOPES, "files:write")))
ADDRESS, COMPLETE = "files.getUploadURLExternal", "files.completeUploadExternal"


@pytest.fixture(scope="module")
def running() -> Iterator[PretendSlack]:
    pretend = PretendSlack(scopes=SCOPES)
    pretend.start()
    yield pretend
    pretend.stop()


@pytest.fixture
def slack(running: PretendSlack) -> PretendSlack:
    running.workspace.files.clear()
    return running


@pytest.fixture
def files(slack: PretendSlack) -> Files:
    return Files(lambda _: slack.bot_token, api_url=slack.api_url)


def send(files: Files, **changed: Any) -> None:
    wanted = {"channel": FINANCE, "name": "growth.png", "content": b"\x89PNG...", "title": "Growth"}
    files.upload(HOME, **{**wanted, **changed})


def test_upload_when_bytes_then_the_channel_shows_the_file_with_its_comment(
    slack: PretendSlack, files: Files
) -> None:
    send(files, comment="How *Harbour* grows", alt="Contacts: 9,100 of 10,000")
    shown = slack.messages(FINANCE)[-1]
    assert shown.text == "How *Harbour* grows"
    assert [(one.name, one.title, one.content) for one in shown.files] == [
        ("growth.png", "Growth", b"\x89PNG...")
    ]


def test_upload_when_in_a_thread_then_it_answers_there(slack: PretendSlack, files: Files) -> None:
    parent = Slack(lambda _: slack.bot_token, api_url=slack.api_url).post(HOME, FINANCE, {"text": "Digest"})
    send(files, thread_ts=parent.ts)
    assert slack.messages(FINANCE)[-1].thread_ts == parent.ts


def test_upload_when_a_path_then_the_file_arrives_whole(
    slack: PretendSlack, files: Files, tmp_path: Path
) -> None:
    export = tmp_path / "export.zip"
    export.write_bytes(bytes(range(256)) * 20_000)
    send(files, content=export, name="export.zip")
    assert slack.messages(FINANCE)[-1].files[0].content == export.read_bytes()


def test_upload_when_to_a_person_then_by_the_channel_of_a_message_sent_to_them(
    slack: PretendSlack, files: Files
) -> None:
    told = Slack(lambda _: slack.bot_token, api_url=slack.api_url).post(HOME, ANA, {"text": "Your export"})
    assert told.channel_id.startswith("D")
    send(files, channel=told.channel_id)
    assert slack.messages(told.channel_id, ANA)[-1].files[0].name == "growth.png"


@pytest.mark.parametrize("method", [ADDRESS, COMPLETE])
@pytest.mark.parametrize("code", ["missing_scope", "not_in_channel", "file_upload_disabled"])
def test_upload_when_slack_refuses_then_its_word_is_kept(
    slack: PretendSlack, files: Files, method: str, code: str
) -> None:
    slack.faults.error(method, code)
    with pytest.raises(PostRefused) as refused:
        send(files)
    assert refused.value.code == code


@pytest.mark.parametrize("method", [ADDRESS, COMPLETE])
def test_upload_when_slack_is_in_trouble_then_it_may_be_tried_again(
    slack: PretendSlack, files: Files, method: str
) -> None:
    for trouble in (slack.faults.status, slack.faults.html, slack.faults.drop):
        trouble(method)
        with pytest.raises(SlackUnavailable):
            send(files)
    slack.faults.ratelimited(method, 7)
    with pytest.raises(SlackUnavailable) as asked:
        send(files)
    assert asked.value.retry_after == 7


def test_upload_when_the_bytes_are_refused_then_nothing_is_shown(
    slack: PretendSlack, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(slack.messages(FINANCE))
    ids: list[str] = []
    real = slack.workspace.new_id

    def forgotten(prefix: str) -> str:
        ids.append(real(prefix))
        return ids[-1] + "/gone"  # an address that the pretend Slack does not serve

    monkeypatch.setattr(slack.workspace, "new_id", forgotten)
    with pytest.raises(SlackUnavailable):
        send(files)
    assert len(slack.messages(FINANCE)) == before


def test_upload_when_nobody_listens_then_slack_is_unavailable(files: Files) -> None:
    nowhere = Files(lambda _: "xoxb-1", api_url="http://127.0.0.1:9/api/")
    with pytest.raises(SlackUnavailable):
        send(nowhere)


def test_upload_when_the_token_is_gone_then_disconnected(slack: PretendSlack, files: Files) -> None:
    slack.faults.error(ADDRESS, "token_revoked")
    with pytest.raises(SlackDisconnected):
        send(files)


def test_upload_when_empty_then_refused_before_slack_is_asked(files: Files) -> None:
    with pytest.raises(PostRefused, match="did not accept"):
        send(files, content=b"")
