"""What a restore needs goes away under it: the connection, Xero, Slack, the disk, what was approved."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.restore import RestoreState
from bot.restore import apply
from bot.sandbox.xero import PretendOrganisation
from bot.sandbox.xero.books import documents
from bot.services.restoring.executing import READING_BACK
from bot.views import ids
from jobs import engine
from tests.faults.machine import API
from tests.faults.restore_place import ENDED, Place, in_office, surplus
from tests.scenario.office import FINANCE


@pytest.fixture(scope="module")
def shared() -> Iterator[Place]:
    with in_office() as place:
        yield place


@pytest.fixture
def place(shared: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr(engine, "PAUSES", (0.01, 0.01, 0.01, 0.01))
    monkeypatch.setattr(engine, "LONGEST_PAUSE", 0.01)
    monkeypatch.setattr(apply.Applier._finish, "__kwdefaults__", {"pauses": (0.01,)})
    monkeypatch.setattr(apply, "TRIES_AFTER", (0.01,))
    yield shared
    shared.office.xero.faults.clear()
    shared.office.slack.faults.clear()


def _target(place: Place, restore_id: str) -> PretendOrganisation:
    return place.targets[place.restores.get(restore_id).target_id]


def _whole(place: Place, restore_id: str, state: RestoreState = RestoreState.DONE) -> None:
    place.wait(lambda: place.state_of(restore_id) is state, 60)
    assert place.ended(restore_id).state is state, place.shown(restore_id)
    assert not surplus(_target(place, restore_id), place.original)
    assert len(place.messages(restore_id)) == 1


def _failed(place: Place, kind: str, path: str, **more: Any) -> str:
    restore_id = place.planned(place.open_target())
    place.office.xero.faults.add(kind, path=API + path, method="PUT", **more)
    place.approve(restore_id)
    place.until(restore_id, {RestoreState.FAILED})
    place.says(restore_id, "[Continue restore]")
    return restore_id


@pytest.mark.parametrize("kind", ["consent_revoked", "disconnected"])
def test_connection_lost_in_the_middle_then_it_fails_once_and_goes_on_after_reconnecting(
    place: Place, kind: str
) -> None:
    newest = place.office.slack.messages(FINANCE)[-1].ts
    restore_id = _failed(place, kind, "Payments")
    name = place.restores.get(restore_id).target_name
    assert place.wait(lambda: not place.has_work(f"restore:{restore_id}"))
    shown = [one for one in place.office.slack.messages(FINANCE) if one.ts > newest and not one.only_for]
    texts = [place.office.text(one) for one in shown]
    asked = [text for text in texts if "until it is connected again" in text and name in text]
    assert len(asked) == 1, texts
    assert "onnect" in place.shown(restore_id), place.shown(restore_id)
    for lost in place.parts.organisations.linked():
        if lost.state.value == "disconnected":
            _reconnect(place, lost.id)
    told = place.press(restore_id, ids.CONTINUE_RESTORE)
    if kind == "consent_revoked":  # connecting anew gave permission to read only
        assert "I may no longer write" in told
        assert place.restores.get(restore_id).state is RestoreState.FAILED
        place.permit_by(told, restore_id)
        place.press(restore_id, ids.CONTINUE_RESTORE)
    _whole(place, restore_id)


def _reconnect(place: Place, organisation_id: str) -> None:
    org = place.original if organisation_id == place.source.id else place.targets[organisation_id]
    status, _, page = place.office.consent(place.office.link_offered(), organisation=org.key)
    assert status == 200, page


def test_continue_while_still_disconnected_says_what_to_do(place: Place) -> None:
    restore_id = _failed(place, "disconnected", "Payments")
    place.press(restore_id, ids.CONTINUE_RESTORE)
    place.until(restore_id, {RestoreState.FAILED})
    assert "connected" in place.says(restore_id, "[Continue restore]")
    _reconnect(place, place.restores.get(restore_id).target_id)
    place.press(restore_id, ids.CONTINUE_RESTORE)
    _whole(place, restore_id)


def test_lock_date_set_in_the_middle_then_it_fails_with_what_to_do_and_goes_on_once_it_is_gone(
    place: Place,
) -> None:
    restore_id = place.planned(place.open_target())
    org = _target(place, restore_id)
    (about,) = org.shelf("Organisations")
    day = place.office.now().date() + timedelta(days=1)
    place.during("Payments", lambda: org.change("Organisations", about.record_id, PeriodLockDate=day))
    place.approve(restore_id)
    place.until(restore_id, {RestoreState.FAILED})
    assert "Remove the lock dates" in place.says(restore_id, "[Continue restore]")
    org.change("Organisations", about.record_id, PeriodLockDate=None)
    place.press(restore_id, ids.CONTINUE_RESTORE)
    _whole(place, restore_id)


def test_xero_down_for_longer_than_the_tries_then_it_fails_and_goes_on_when_told(place: Place) -> None:
    restore_id = _failed(place, "503_text", "Payments", times=0)
    assert "Xero" in place.shown(restore_id)
    place.office.xero.faults.clear()
    place.press(restore_id, ids.CONTINUE_RESTORE)
    _whole(place, restore_id)


def test_slack_down_while_it_ends_then_the_message_is_true_later(place: Place) -> None:
    restore_id = place.planned(place.open_target())
    place.during("Payments", lambda: place.office.slack.faults.status("*", 503, times=10_000))
    place.approve(restore_id)
    restore = place.until(restore_id, ENDED)
    assert "Restored" not in place.shown(restore_id)
    place.office.slack.faults.clear()
    assert place.wait(lambda: not place.has_work(f"restore-prove:{restore.id}"), 30)
    place.office.send_waiting(hours=1)
    assert "Restored and compared" in place.shown(restore_id)
    assert len(place.messages(restore_id)) == 1


def test_database_busy_for_seconds_then_it_goes_on(place: Place) -> None:
    restore_id = place.planned(place.open_target())
    path = Path(str(place.parts.db.engine.url.database))
    held: list[threading.Thread] = []

    def occupy() -> None:
        held.append(threading.Thread(target=_hold, args=(path, 3.0)))
        held[0].start()

    place.during("Invoices", occupy)
    place.approve(restore_id)
    _whole(place, restore_id)
    held[0].join()


def _hold(path: Path, seconds: float) -> None:
    other = sqlite3.connect(path, timeout=10, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    threading.Event().wait(seconds)
    other.execute("ROLLBACK")
    other.close()


def _new_document(place: Place, org: PretendOrganisation) -> None:
    documents.quick_invoice(org)


def _new_rate(place: Place, org: PretendOrganisation) -> None:
    (rate,) = [one for one in org.shelf("TaxRates") if one.fields["TaxType"] == "OUTPUT2"]
    org.change("TaxRates", rate.record_id, Name="GST of another kind")


@pytest.mark.parametrize("change", [_new_document, _new_rate])
@pytest.mark.parametrize("when", ["before the approval", "after it"])
def test_target_changed_since_the_plan_then_it_is_void_and_nothing_is_written(
    place: Place, change: Callable[[Place, PretendOrganisation], None], when: str
) -> None:
    target = place.open_target()
    restore_id = place.planned(target)
    org = _target(place, restore_id)
    if when == "after it":
        place.during("Organisation", lambda: change(place, org), method="GET")
    else:
        change(place, org)
    place.approve(restore_id)
    restore = place.until(restore_id, {RestoreState.VOIDED})
    assert len(restore.ending) > 20
    assert "Nothing was written" in place.says(restore_id, "Void")
    assert org.writes == []


def test_snapshot_gone_since_the_plan_then_it_is_void_in_words(place: Place) -> None:
    restore_id = place.planned(place.open_target())
    place.office.back_up(place.source.name)
    books = place.parts.books.of(place.parts.organisations.get(place.source.id))
    mine = place.restores.get(restore_id).snapshot_id
    books.prune([one.number for one in books.snapshots() if one.id == mine])
    said = place.try_to_approve(restore_id)
    assert "no longer kept" in said
    assert place.restores.get(restore_id).state is RestoreState.VOIDED
    assert _target(place, restore_id).writes == []


def _read_back_stopped(place: Place) -> str:
    """Write a restore whose reading back a person stops."""
    restore_id = place.planned(place.open_target())

    def stop() -> None:
        restore = place.restores.get(restore_id)
        run = place.parts.runs.active(restore.target_id)
        if restore.progress.phase == READING_BACK and run is not None and run.kind == "backup":
            place.parts.runs.change(run.id, stop_requested=True)

    place.office.xero.faults.add("hook", path=f"{API}*", times=0, hook=stop)
    place.approve(restore_id)
    place.until(restore_id, {RestoreState.UNPROVEN})
    place.office.xero.faults.clear()
    assert "after the next backup of the target" in place.says(restore_id, "[Compare again]")
    return restore_id


def test_read_back_that_ends_early_is_made_good_by_the_next_backup_of_the_target(place: Place) -> None:
    restore_id = _read_back_stopped(place)
    assert place.wait(lambda: not place.has_work(f"restore-prove:{restore_id}"))
    place.recover()
    assert not place.has_work(f"restore-prove:{restore_id}"), "there is nothing new to compare"
    place.office.back_up(place.restores.get(restore_id).target_name)
    place.recover()
    _whole(place, restore_id)


def test_read_back_that_ends_early_is_made_good_when_a_person_asks(place: Place) -> None:
    restore_id = _read_back_stopped(place)
    writes = len(_target(place, restore_id).writes)
    told = place.press(restore_id, ids.COMPARE_AGAIN)
    assert "Nothing is written" in told
    _whole(place, restore_id)
    assert len(_target(place, restore_id).writes) == writes
