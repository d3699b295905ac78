"""Fetching an export: the right is asked for again, and the file is made where it is not."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.db.tables import AuditRow
from bot.domain.organisation import Organisation
from bot.domain.settings import WorkspaceSettings
from bot.services.looking.exports import LIFE
from tests.scenario.office import ANA, FINANCE, PRIYA, Browser, Office
from tests.scenario.test_exports import exported, fetched, files, folder, settled


@pytest.fixture(scope="module")
def kereru(shared: Office) -> Organisation:
    found = shared.link("nz")
    shared.back_up("kereru")
    return found


@pytest.fixture
def keeper(shared: Office, kereru: Organisation) -> Iterator[str]:
    """Priya, whom Ana named as keeper."""
    assert shared.bot is not None
    shared.slack.workspace.join(FINANCE, PRIYA)
    _keep(shared, PRIYA)
    yield PRIYA
    _keep(shared)


def _keep(office: Office, *users: str) -> None:
    assert office.bot is not None
    office.bot.desk.settings.change_workspace(office.actor(ANA, FINANCE), WorkspaceSettings(keepers=users))


def _notes(office: Office, user: str) -> list[tuple[str, str, str]]:
    assert office.bot is not None
    with office.bot.parts.db.reading() as session:
        asked = select(AuditRow).where(AuditRow.actor == user, AuditRow.action == "export.fetched")
        return [
            (row.outcome, row.origin, str(row.organisation_id))
            for row in session.scalars(asked.order_by(AuditRow.seq))
        ]


def test_link_when_its_person_is_no_longer_named_then_gives_nothing_and_is_written_down(
    shared: Office, kereru: Organisation, keeper: str
) -> None:
    link, before = exported(shared, keeper), len(_notes(shared, keeper))
    _keep(shared)
    for _ in range(2):
        status, _, page = Browser().get(link)
        assert (status, "This export is not handed out" in page) == (403, True)
    assert files(shared) == []
    assert _notes(shared, keeper)[before:] == [("refused", "web", kereru.id)]
    _keep(shared, keeper)
    assert Browser().get(link)[0] == 403  # it does not come back with the right


def test_link_when_its_person_was_deactivated_then_gives_nothing(
    shared: Office, kereru: Organisation, keeper: str
) -> None:
    link, person = exported(shared, keeper), shared.slack.workspace.people[keeper]
    shared.slack.workspace.change_person(replace(person, is_gone=True))
    shared.forget_people()
    try:
        assert Browser().get(link)[0] == 403
    finally:
        shared.slack.workspace.change_person(person)
        shared.forget_people()
    assert files(shared) == []


def test_link_when_slack_does_not_answer_then_asks_for_a_minute_and_stays_good(
    shared: Office, kereru: Organisation
) -> None:
    link = exported(shared)
    shared.forget_people()
    shared.slack.faults.status("users.info", 500)
    status, _, page = Browser().get(link)
    assert (status, "Open the link again in a minute" in page) == (503, True)
    assert len(files(shared)) == 1
    assert fetched(link)[1]
    settled(shared)


def test_link_when_the_file_lies_elsewhere_then_it_is_made_here_as_it_was_promised(
    shared: Office, kereru: Organisation
) -> None:
    link = exported(shared)
    shutil.rmtree(folder(shared))
    shared.pass_time(minutes=1)
    shared.back_up("kereru")  # newer than what the person was told of
    archive = zipfile.ZipFile(io.BytesIO(fetched(link)[1]))
    assert archive.testzip() is None
    assert re.search(rb'"number": 1\b', archive.read("manifest.json"))
    settled(shared)
    assert Browser().get(link)[0] == 410  # once all the same


def test_file_when_another_machine_made_it_then_is_made_here_for_the_one_who_hands_it_over(
    shared: Office, kereru: Organisation
) -> None:
    assert shared.bot is not None
    exported(shared)
    (name,) = [one for one in files(shared) if one.endswith(".zip")]
    shutil.rmtree(folder(shared))
    path, _ = shared.bot.worker.services.exports.file(name.removesuffix(".zip"))
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None


def test_link_when_there_is_nothing_to_make_the_file_from_then_blames_nobody(
    shared: Office, kereru: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shared.bot is not None
    link = exported(shared)
    shutil.rmtree(folder(shared))
    exports = shared.bot.worker.services.exports
    monkeypatch.setattr(exports, "_given_at", lambda _: shared.now() - LIFE * 365)
    status, _, page = Browser().get(link)
    assert (status, "There is no file for this link" in page) == (410, True)
    assert "deleted" not in page
    assert "linked" not in page.replace("linkedin", "")
    monkeypatch.undo()
    assert fetched(link)[1]
    settled(shared)


def test_bot_when_it_starts_then_sweeps_its_own_folder(shared: Office, kereru: Organisation) -> None:
    shared.stop_bot()
    folder(shared).mkdir(mode=0o700, exist_ok=True)
    (folder(shared) / f"{'0' * 32}.zip").write_bytes(b"left by a crash")
    shared.start_bot()
    settled(shared)
