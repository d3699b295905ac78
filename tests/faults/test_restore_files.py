"""Files and history through a whole restore: from one organisation into another, told as what it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.domain.restore import RestoreState
from tests.faults.restore_place import Place, files, in_office


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with in_office(settings={"XERO_FILL_CALLS": "500"}) as one:
        yield one


def test_restore_when_records_have_files_then_each_is_uploaded_to_the_byte_and_called_confirmed(
    place: Place,
) -> None:
    restore_id = place.begun(place.open_target())
    restore = place.ended(restore_id)
    org = place.targets[restore.target_id]
    assert restore.state is RestoreState.DONE, restore.proof
    assert files(org) == files(place.original)
    held = {one.shown["FileName"]: one.shown for found in org.files.values() for one in found.values()}
    assert held.keys() == {"contract_ signed_.pdf", "scan.png", "note.txt", "drawing.svg"}
    assert held["scan.png"]["IncludeOnline"] is True
    proof = restore.proof
    assert proof is not None
    assert [one.partition(",")[0] for one in proof.confirmed] == [
        "Attachments: 4 uploaded and confirmed by Xero"
    ]
    shown = place.shown(restore_id)
    assert "uploaded and confirmed by Xero" in shown
    assert "Attachments" in shown
    assert not any("Attachments" in one.path for one in place.original.writes), "nothing goes to the source"


def test_plan_when_the_copy_has_history_then_it_says_that_it_stays_there(place: Place) -> None:
    restore = place.restores.get(place.planned(place.open_target()))
    assert restore.plan is not None
    counts = {one.key: one for one in restore.plan.counts}
    assert counts["history"].leave_out > 10
    assert counts["attachments"].create + counts["attachments"].change == 4
