"""Exports from Slack: for keepers, one file, one link, one day; nothing else of the books gets out."""

from __future__ import annotations

import errno
import http.client
import io
import json
import re
import socket
import stat
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from bot.db.tables import AuditRow
from bot.domain.organisation import Organisation
from bot.sandbox.slack import Message
from bot.sandbox.slack.installed import Grant
from bot.services.looking import export_zip
from bot.services.looking.export_lines import one_line
from bot.views import ids
from tests.scenario.office import ANA, BEN, FINANCE, GIL, MONTH_END, PRIYA, Browser, Office

LINK = re.compile(r"https?://[^\s\")|>]+/export/[\w-]+")
COMING = "It comes to you as a direct message."


@pytest.fixture(scope="module")
def kereru(shared: Office) -> Organisation:
    found = shared.link("nz")
    assert "There is no backup of this organisation yet" in shared.say("export", user=ANA)
    shared.back_up("kereru")
    return found


def direct(office: Office, user: str) -> str:
    """Give the direct message channel of a person and the bot."""
    return office.slack.workspace.direct(user, office.slack.app.user_id).id


def told_directly(office: Office, user: str, words: str, after: str = "") -> str:
    """Wait for a direct message and give its text."""
    channel = direct(office, user)

    def found() -> list[str]:
        shown = [one for one in office.slack.messages(channel, user) if one.ts > after]
        return [text for one in shown if words in (text := office.text(one))]

    assert office.slack.wait_until(lambda: bool(found()), 30), office.seen(channel, user)
    return found()[-1]


def newest(office: Office, user: str) -> str:
    return max((one.ts for one in office.slack.messages(direct(office, user), user)), default="")


def exported(office: Office, user: str = ANA, text: str = "export kereru") -> str:
    """Ask for an export and give the link."""
    before = newest(office, user)
    assert COMING in office.say(text, user=user)
    found = LINK.search(told_directly(office, user, "Export ready", before))
    assert found
    return found.group()


def fetched(link: str) -> tuple[Any, bytes]:
    with urllib.request.urlopen(link, timeout=20) as answer:
        return answer.headers, answer.read()


def folder(office: Office) -> Path:
    return Path(office._chosen_settings()["DATA_DIR"]) / "exports"


def files(office: Office) -> list[str]:
    return sorted(one.name for one in folder(office).iterdir())


def settled(office: Office) -> None:
    """Wait until no file is left."""
    assert office.slack.wait_until(lambda: files(office) == [], 10), files(office)


def test_export_then_the_file_holds_every_record_as_xero_sent_it(
    shared: Office, kereru: Organisation
) -> None:
    link = exported(shared)
    (kept,) = files(shared)
    assert stat.S_IMODE((folder(shared) / kept).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder(shared).stat().st_mode) == 0o700
    headers, data = fetched(link)
    assert headers["Content-Type"] == "application/zip"
    assert headers["Content-Disposition"] == 'attachment; filename="ledgerkeep-kerer-coffee-roasters.zip"'
    assert headers["Cache-Control"] == "no-store"
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["organisation"]["name"] == kereru.name
    for file in manifest["files"]:
        lines = archive.read(file["file"]).splitlines()
        assert len(lines) == file["records"]
    assert shared.bot is not None
    books = shared.bot.parts.books.of(kereru)
    sent = {one_line(one.raw) for one in books.records(books.snapshot("latest"), "invoices")}
    assert set(archive.read("invoices.jsonl").splitlines()) == sent
    settled(shared)
    with shared.bot.parts.db.reading() as session:
        about = select(AuditRow.action, AuditRow.outcome).where(AuditRow.action.startswith("export"))
        written = [tuple(row) for row in session.execute(about.order_by(AuditRow.seq))]
    assert written == [("export", "asked"), ("export", "done"), ("export.fetched", "done")]


def test_export_when_ready_then_the_message_says_what_it_is_and_is_not(
    shared: Office, kereru: Organisation
) -> None:
    exported(shared)
    told = told_directly(shared, ANA, "Export ready")
    assert re.search(r"[\d,]+ records in \d+ files, [\d.]+ kB: backup #1", told)
    assert "Not in it:" in told
    assert "The file is not encrypted." in told
    assert "The link works once, until" in told


@pytest.mark.parametrize(
    ("text", "form", "file"),
    [
        ("export kereru as Excel", "xlsx", "contents.xlsx"),
        ("export as csv", "csv", "invoices.line_items.csv"),
    ],
)
def test_export_as_tables_then_the_file_holds_what_a_spreadsheet_opens(
    shared: Office, kereru: Organisation, text: str, form: str, file: str
) -> None:
    _, data = fetched(exported(shared, text=text))
    settled(shared)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert json.loads(archive.read("manifest.json"))["form"] == form
        assert file in archive.namelist()
        assert archive.testzip() is None
    assert shared.bot is not None
    with shared.bot.parts.db.reading() as session:
        row = session.scalars(
            select(AuditRow)
            .where(AuditRow.action == "export", AuditRow.outcome == "asked")
            .order_by(-AuditRow.seq)
        ).first()
        assert row is not None
        assert row.detail["format"] == form


def test_link_when_used_then_says_so(shared: Office, kereru: Organisation) -> None:
    link = exported(shared)
    fetched(link)
    settled(shared)
    status, _, page = Browser().get(link)
    assert status == 410
    assert "This link has been used" in page


def test_link_when_too_old_then_says_so_and_the_file_is_swept(shared: Office, kereru: Organisation) -> None:
    link = exported(shared)
    assert shared.bot is not None
    shared.pass_time(hours=25)
    status, _, page = Browser().get(link)
    assert (status, "This link is too old" in page) == (410, True)
    assert shared.bot.worker.services.exports.sweep() == 1
    assert files(shared) == []


@pytest.mark.parametrize(
    "ticket", ["x", "a" * 43, "../../app.db", "%2e%2e%2fapp.db", "'; drop table tickets;--"]
)
def test_link_when_forged_then_a_page_and_nothing_else(
    shared: Office, kereru: Organisation, ticket: str
) -> None:
    quoted = urllib.request.quote(ticket, safe="%")
    status, _, page = Browser().get(f"{shared.public_url}/export/{quoted}")
    assert status == 404
    assert "<title>" in page


def test_link_when_only_looked_at_then_stays_good(shared: Office, kereru: Organisation) -> None:
    link = exported(shared)
    for headers in ({"User-Agent": "Slackbot-LinkExpanding 1.0"}, {"Sec-Purpose": "prefetch"}):
        with urllib.request.urlopen(urllib.request.Request(link, headers=headers), timeout=10) as answer:
            assert answer.status == 204
    assert fetched(link)[1]
    settled(shared)


def test_link_when_the_download_breaks_off_then_works_again(
    shared: Office, kereru: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = exported(shared)
    (kept,) = files(shared)
    with (folder(shared) / kept).open("ab") as file:  # larger than what networks hold on the way
        file.truncate(60_000_000)
    place = urlsplit(link)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
    connection.request("GET", place.path)
    answer = connection.getresponse()
    assert answer.read(1000)
    assert Browser().get(link)[0] == 409  # somebody is fetching it
    sock = connection.sock or answer.fp.raw._sock  # type: ignore[union-attr]
    sock.shutdown(socket.SHUT_RDWR)
    connection.close()
    answer.close()
    assert shared.slack.wait_until(lambda: status_of(link) == 200, 20)
    settled(shared)


def status_of(link: str) -> int:
    try:
        return 200 if fetched(link)[1] else 0
    except urllib.error.HTTPError as answer:
        return answer.code


def test_export_asked_again_then_the_older_link_is_dead(shared: Office, kereru: Organisation) -> None:
    first, second = exported(shared), exported(shared)
    assert Browser().get(first)[0] == 410
    assert len(files(shared)) == 1
    assert fetched(second)[1]
    settled(shared)


def test_export_by_who_is_no_keeper_then_refused_and_written_down(
    shared: Office, kereru: Organisation
) -> None:
    assert shared.bot is not None
    for told in (
        shared.say("export kereru", user=BEN),
        shared.forge(BEN, FINANCE, ids.EXPORT, ids.reference(kereru.id)),
        shared.forge(BEN, FINANCE, "choose:export:0", ids.reference(kereru.id)),
    ):
        assert "may export copies" in told
        assert COMING not in told
    assert files(shared) == []
    with shared.bot.parts.db.reading() as session:
        asked = select(AuditRow.outcome).where(AuditRow.action == "export", AuditRow.actor == BEN)
        assert list(session.scalars(asked)) == ["refused"] * 3


def test_export_by_a_guest_then_refused(shared: Office, kereru: Organisation) -> None:
    told = shared.forge(GIL, FINANCE, ids.EXPORT, ids.reference(kereru.id))
    assert "Guests of this workspace may not export copies." in told


def test_export_of_an_organisation_at_home_elsewhere_then_nothing_leaks(
    shared: Office, kereru: Organisation
) -> None:
    told = shared.forge(PRIYA, MONTH_END, ids.EXPORT, ids.reference(kereru.id))
    assert "I cannot show that here." in told
    assert "Kerer" not in told


@pytest.mark.parametrize("value", ["", "v1:", "v0:abc", "x" * 2000])
def test_export_button_when_forged_then_says_so(shared: Office, kereru: Organisation, value: str) -> None:
    assert "another version of Ledgerkeep" in shared.forge(ANA, FINANCE, ids.EXPORT, value)


def test_export_when_the_disk_is_full_then_says_so_and_nothing_is_left(
    shared: Office, kereru: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spent(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(export_zip._Limited, "write", spent)
    before = newest(shared, ANA)
    shared.say("export kereru")
    told = told_directly(shared, ANA, "was not made", before)
    assert "no room left on its disk" in told
    assert files(shared) == []


def test_export_when_it_grows_too_large_then_says_the_way_out(
    shared: Office, kereru: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shared.bot is not None
    monkeypatch.setattr(shared.bot.worker.services.exports, "_largest", 100)
    before = newest(shared, ANA)
    shared.say("export kereru")
    told = told_directly(shared, ANA, "was not made", before)
    assert "larger than 1 GB" in told
    assert "`ledgerkeep export`" in told
    assert files(shared) == []


def test_export_when_slack_takes_no_message_then_it_is_tried_again(
    shared: Office, kereru: Organisation
) -> None:
    shared.slack.faults.status("chat.postMessage", 503)
    assert fetched(exported(shared))[1]
    settled(shared)


def test_exports_when_made_then_neither_names_nor_links_are_stored_or_logged(
    shared: Office, kereru: Organisation, capfd: pytest.CaptureFixture[str]
) -> None:
    link = exported(shared)
    Browser().get(f"{link}x")
    fetched(link)
    settled(shared)
    secret = link.rpartition("/")[2]
    books = shared.xero.organisation("nz")
    contact = next(iter(books.shelf("Contacts"))).fields["Name"]
    logged = "".join(capfd.readouterr())
    data = Path(shared._chosen_settings()["DATA_DIR"])
    stored = b"".join(one.read_bytes() for one in data.iterdir() if one.is_file() and "db" in one.name)
    for word in (secret, contact):
        assert word not in logged
        assert word.encode() not in stored


@pytest.fixture
def files_allowed(shared: Office) -> Iterator[None]:
    """Grant the bot the optional permission to hand files to people."""
    grants, token = shared.slack.app.grants, shared.slack.bot_token
    kept = grants[token]
    grants[token] = Grant(token, kept.scopes | {"files:write"})
    yield
    grants[token] = kept
    shared.slack.faults.clear()


def given(office: Office, after: str) -> list[Message]:
    """Give the direct messages to Ana since then that are files."""
    shown = office.slack.messages(direct(office, ANA), ANA)
    return [one for one in shown if one.ts > after and one.files]


def outcomes(office: Office) -> list[str]:
    assert office.bot is not None
    with office.bot.parts.db.reading() as session:
        wanted = select(AuditRow.outcome, AuditRow.detail).where(AuditRow.action.startswith("export"))
        rows = session.execute(wanted.order_by(AuditRow.seq))
        return [f"{outcome} {detail.get('way', '')}".strip() for outcome, detail in rows]


@pytest.mark.usefixtures("files_allowed")
def test_export_when_files_are_allowed_then_the_file_itself_comes_and_none_is_kept_here(
    shared: Office, kereru: Organisation
) -> None:
    before = newest(shared, ANA)
    assert COMING in shared.say("export kereru")
    told = told_directly(shared, ANA, "Export ready", before)
    assert "The file follows below, where only you see it" in told
    assert "Slack keeps it until it is deleted there" in told
    assert "The file is not encrypted." in told
    assert not LINK.search(told)
    assert shared.slack.wait_until(lambda: bool(given(shared, before)), 20)
    ((file,),) = (one.files for one in given(shared, before))
    assert file.name == "ledgerkeep-kerer-coffee-roasters.zip"
    assert json.loads(zipfile.ZipFile(io.BytesIO(file.content or b"")).read("manifest.json"))["files"]
    settled(shared)
    assert outcomes(shared)[-2:] == ["asked", "done file"]


@pytest.mark.usefixtures("files_allowed")
@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
def test_export_when_slack_takes_no_file_then_the_link_comes_in_the_only_message(
    shared: Office, kereru: Organisation, method: str
) -> None:
    before = newest(shared, ANA)
    shared.slack.faults.error(method, "internal_error", times=5)  # a later try of the step meets it, too
    assert COMING in shared.say("export kereru")
    link = LINK.search(told_directly(shared, ANA, "The link works once", before))
    assert link
    assert fetched(link.group())[1]
    settled(shared)
    told = [one for one in shared.slack.messages(direct(shared, ANA), ANA) if one.ts > before]
    assert len([one for one in told if "Export ready" in shared.text(one)]) == 1
    assert given(shared, before) == []


@pytest.mark.usefixtures("files_allowed")
def test_export_when_large_then_the_link_comes_though_files_are_allowed(
    shared: Office, kereru: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = newest(shared, ANA)
    monkeypatch.setattr("jobs.export.UPLOADED_AT_MOST", 1000)
    assert fetched(exported(shared))[1]
    settled(shared)
    assert given(shared, before) == []


def test_export_when_the_organisation_was_unlinked_then_the_link_is_dead(
    shared: Office, kereru: Organisation
) -> None:
    assert shared.bot is not None
    link = exported(shared)
    shared.bot.desk.unlinking.unlink(shared.actor(ANA, FINANCE), kereru, delete_copies=True)
    status, _, page = Browser().get(link)
    assert (status, "The export is not here any more" in page) == (410, True)
    assert files(shared) == []
    told = shared.forge(ANA, FINANCE, ids.EXPORT, ids.reference(kereru.id))
    assert "no longer linked" in told
