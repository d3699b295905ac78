"""Xero refuses one record after another for one cause: the restore waits for people and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.restore import RestoreState
from bot.sandbox.xero.writing import messages
from bot.views import ids
from tests.faults.restore_place import Place, in_office, surplus
from tests.scenario.office import ANA

_WORDS = "This organisation’s trial of Koala Ltd has ended."


@pytest.fixture(scope="module")
def shared() -> Iterator[Place]:
    with in_office() as place:
        yield place


@pytest.fixture
def place(shared: Place) -> Iterator[Place]:
    yield shared
    shared.office.xero.faults.clear()


def _locked_in_the_middle(place: Place) -> tuple[str, dict[str, Any]]:
    """Begin a restore and let somebody set a lock date while invoices are sent; gives what holds it."""
    restore_id = place.planned(place.open_target())
    about = place.targets[place.restores.get(restore_id).target_id].about
    today = place.office.xero.now().date()
    place.during("Invoices", lambda: about.update(PeriodLockDate=today - timedelta(days=1)))
    place.approve(restore_id)
    place.until(restore_id, {RestoreState.FAILED})
    place.says(restore_id, "[Continue restore]")
    return restore_id, about


def _goes_on(place: Place, restore_id: str) -> None:
    place.press(restore_id, ids.CONTINUE_RESTORE)
    restore = place.ended(restore_id)
    assert restore.state is RestoreState.DONE
    assert restore.proof is not None
    assert not restore.proof.refusals
    assert not surplus(place.targets[restore.target_id], place.original)
    assert len(place.messages(restore_id)) == 1


def test_lock_date_set_in_the_middle_then_it_waits_names_the_date_and_goes_on_whole(place: Place) -> None:
    restore_id, about = _locked_in_the_middle(place)
    told = place.shown(restore_id)
    lock: date = about["PeriodLockDate"]
    assert (
        f"The document date cannot be before the period lock date, currently set at {lock:%d-%b-%Y}" in told
    )
    assert "Remove the lock dates" in told
    assert "refused by Xero" not in told, "none is refused for good"
    about.pop("PeriodLockDate")
    _goes_on(place, restore_id)


def test_lock_date_that_still_stands_then_it_waits_again(place: Place) -> None:
    restore_id, about = _locked_in_the_middle(place)
    since = place.restores.get(restore_id).state_since
    place.press(restore_id, ids.CONTINUE_RESTORE)
    assert place.wait(lambda: place.restores.get(restore_id).state_since > since)
    place.until(restore_id, {RestoreState.FAILED})
    place.says(restore_id, "[Continue restore]")
    about.pop("PeriodLockDate")
    _goes_on(place, restore_id)


def test_words_that_nobody_knows_then_they_come_directly_and_are_stopped_for_once(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "locked", lambda *_: _WORDS)
    restore_id, _about = _locked_in_the_middle(place)
    assert "one and the same reason" in place.shown(restore_id)
    assert "Koala" not in place.shown(restore_id)
    im = place.office.slack.workspace.direct(ANA, place.office.slack.app.user_id).id
    said = [place.office.text(one) for one in place.office.slack.messages(im, ANA)]
    assert sum(_WORDS in one for one in said) == 1
    # Whoever lets it go on knows of it: it ends, and what is refused is an outcome.
    place.press(restore_id, ids.CONTINUE_RESTORE)
    restore = place.ended(restore_id)
    assert restore.state is RestoreState.DIFFERENT
    assert restore.proof is not None
    assert {one.words for one in restore.proof.refusals if one.is_sent} == {_WORDS}


def test_day_limit_in_the_middle_then_the_numbers_are_those_of_that_moment(place: Place) -> None:
    restore_id = place.planned(place.open_target())
    org = place.targets[place.restores.get(restore_id).target_id]
    place.office.xero.faults.add("429_day", path="/api.xro/2.0/Invoices", method="PUT", retry_after=9000)
    place.approve(restore_id)
    progress = place.until(restore_id, {RestoreState.PARKED}).progress
    told = place.says(restore_id, "It goes on by itself")
    assert progress.calls_left_today == 0
    assert "0 left today" in told
    assert progress.calls > len(org.writes) > 0, "those that read count as well"
    assert f"{progress.calls} of about" in told
