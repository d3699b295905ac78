"""Installing in several workspaces by OAuth, removing the app, installing it again; who sees whose books."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.domain.organisation import LinkState
from bot.sandbox.slack.people import Channel, Person
from tests.scenario.office import ANA, FINANCE, Office, office

OTHER, OLA, BOOKS = "T0OTHER", "U0OLA", "C0BOOKS"
KERERU = "Kererū Coffee Roasters"


@pytest.fixture(scope="module")
def many() -> Iterator[Office]:
    """An office whose bot serves any workspace that installs it."""
    with office(organisations=("nz", "empty"), many_workspaces=True) as one:
        people = one.slack.workspace
        people.change_person(
            Person(id=OLA, handle="ola", name="Ola Berg", team_id=OTHER, is_admin=True, is_owner=True)
        )
        members = frozenset({OLA, one.slack.app.user_id})
        people.channels[BOOKS] = Channel(id=BOOKS, name="books", members=members)
        yield one


@contextmanager
def in_other_workspace(one: Office) -> Iterator[None]:
    """Let everything that happens inside come from the other workspace."""
    workspace = one.slack.workspace
    before, workspace.team_id, workspace.name = (workspace.team_id, workspace.name), OTHER, "Ola & Co"
    try:
        yield
    finally:
        workspace.team_id, workspace.name = before


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


def fetch(url: str, *, cookie: str = "", form: dict[str, str] | None = None) -> tuple[int, str, str, str]:
    """Open an address; gives (status, where it leads, text, cookie set)."""
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    asked = urllib.request.Request(url, data=data, headers={"Cookie": cookie} if cookie else {})
    try:
        answer = urllib.request.build_opener(_Stay).open(asked, timeout=20)
    except urllib.error.HTTPError as refused:
        answer = refused
    with answer:
        set_cookie = (answer.headers.get("Set-Cookie") or "").partition(";")[0]
        return answer.status, answer.headers.get("Location") or "", answer.read().decode(), set_cookie


def begin(one: Office) -> tuple[str, str]:
    """Open the installation page; gives Slack's address and the cookie."""
    status, _, page, cookie = fetch(f"{one.public_url}/slack/install")
    assert status == 200
    found = re.search(r'href="([^"]*/oauth/v2/authorize[^"]*)"', page)
    assert found, page
    return found[1].replace("&amp;", "&"), cookie


def install(one: Office, user: str) -> tuple[str, str, str]:
    """Install as a person would; gives the page at the end, the address of it, the cookie."""
    older = dict(one.slack.app.grants)
    address, cookie = begin(one)
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
    status, back, _, _ = fetch(address, form={**query, "answer": "allow", "user": user})
    assert status == 303
    status, _, page, _ = fetch(back, cookie=cookie)
    assert status == 200, page
    one.slack.app.grants |= older  # each workspace has a token of its own
    return page, back, cookie


def test_command_when_not_installed_then_says_so(many: Office) -> None:
    many.slack.app.install()
    told = many.slack.command(ANA, FINANCE, "status")
    many.slack.app.grants.clear()
    assert told.message is not None
    assert "not installed in your Slack workspace" in many.text(told.message)


def test_installation_when_denied_then_the_page_says_so(many: Office) -> None:
    address, cookie = begin(many)
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
    _, back, _, _ = fetch(address, form={**query, "answer": "deny", "user": ANA})
    status, _, page, _ = fetch(back, cookie=cookie)
    assert status == 403
    assert "The permission was not given in Slack" in page
    assert not many.slack.app.grants


def test_two_workspaces_when_installed_then_each_installer_is_greeted_alone(many: Office) -> None:
    _, back, cookie = install(many, ANA)
    status, _, page, _ = fetch(back, cookie=cookie)
    assert status == 410  # a state works once
    assert "was finished before" in page
    with in_other_workspace(many):
        install(many, OLA)
    bot = many.slack.app.user_id
    for user in (ANA, OLA):
        direct = many.slack.workspace.direct(user, bot).id
        told = many.text(many.wait_for(direct, "Ledgerkeep is installed"))
        assert "/backup connect" in told
        assert len(many.slack.messages(direct)) == 1
    assert not many.slack.messages(FINANCE)[1:]


def test_tokens_when_stored_then_cannot_be_read_in_the_database(many: Office) -> None:
    assert many.bot is not None
    folder = Path(many.bot.parts.settings.data_dir)
    stored = b"".join(path.read_bytes() for path in folder.rglob("*.db*"))
    for token in many.slack.app.grants:
        assert token.encode() not in stored


def test_workspaces_when_both_link_then_neither_sees_the_others(many: Office) -> None:
    many.link("nz")
    with in_other_workspace(many):
        assert "No Xero organisation is linked" in many.say("status", user=OLA, channel=BOOKS)
        status, _, page = many.consent(
            many.link_offered(user=OLA, channel=BOOKS), organisation="nz", xero_user="bea"
        )
        assert status == 409
        assert "Linked in another Slack workspace" in page
        many.link("empty", user=OLA, channel=BOOKS, xero_user="bea")
        told = many.say("status", user=OLA, channel=BOOKS)
        assert "Empty Shell" in told
        assert "Kerer" not in told
        assert "Snapshot #1" in many.text(many.back_up(user=OLA, channel=BOOKS))
        nz = next(one for one in many.organisations() if "Kerer" in one.name)
        assert "cannot show that here" in many.forge(OLA, BOOKS, "back_up_now", f"v1:{nz.id}")
    assert "Empty" not in many.say("status")
    assert "Snapshot #1" in many.text(many.back_up())


def test_user_token_when_revoked_then_nothing_changes(many: Office) -> None:
    many.event({"type": "tokens_revoked", "tokens": {"oauth": [ANA], "bot": []}})
    assert KERERU in many.say("status")


def test_app_when_removed_then_backups_stop_and_copies_stand(many: Office) -> None:
    assert many.bot is not None
    nz = next(one for one in many.organisations() if "Kerer" in one.name)
    before = many.bot.worker.services.backups.snapshot_count(nz)
    with many.held():
        many.say("now")
        many.wait_for(FINANCE, "Backing up: Kerer")
        mine = next(iter(many.slack.app.grants))
        del many.slack.app.grants[mine]
        many.event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [many.slack.app.user_id]}})
        many.event({"type": "app_uninstalled"})
        many.slack.wait_until(lambda: state_of(many, nz.id) is LinkState.DISCONNECTED)
    backups = many.bot.worker.services.backups
    assert many.slack.wait_until(lambda: backups.running(nz) is None, 20)
    assert many.bot.worker.services.backups.snapshot_count(nz) == before
    found = many.bot.parts.installations.find_bot(enterprise_id=None, team_id=many.slack.workspace.team_id)
    assert found is None
    told = many.slack.command(ANA, FINANCE, "status").message
    assert told is not None
    assert "not installed" in many.text(told)
    with in_other_workspace(many):
        assert "Empty Shell" in many.say("status", user=OLA, channel=BOOKS)


def state_of(one: Office, organisation_id: str) -> LinkState:
    """Say how an organisation is linked now."""
    assert one.bot is not None
    return one.bot.parts.organisations.get(organisation_id).state


def test_app_when_installed_again_then_goes_on_where_it_was(many: Office) -> None:
    install(many, ANA)
    assert KERERU in many.say("status")
    assert "Snapshot #2" in many.text(many.back_up())
