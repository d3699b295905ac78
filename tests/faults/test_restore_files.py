"""Files, history, fixed assets and projects through whole restores, told as what they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from bot.catalogue import beside_scopes
from bot.domain.restore import RestoreState
from bot.sandbox.xero.beside import beside_of
from bot.sandbox.xero.beside.register import Depreciation
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


def _granted(place: Place, restore_id: str) -> frozenset[str]:
    return place.parts.organisations.get(place.restores.get(restore_id).target_id).scopes


def test_restore_when_the_copy_has_assets_and_projects_then_it_asks_for_them_and_brings_them_back(
    place: Place,
) -> None:
    plain = place.planned(place.open_target())
    assert not _granted(place, plain) & {*beside_scopes()}, "nothing is asked for that the copy does not hold"
    org, beside = place.original, beside_of(place.original)
    accounts = [one.record_id for one in org.shelf("Accounts")][:3]
    kind = beside.assets.add_type(
        "Roasters", (accounts[0], accounts[1], accounts[2]), Depreciation(rate=Decimal(20))
    )
    beside.assets.add_asset("Roaster", bought_on=date(2025, 3, 1), price=Decimal(900), type_id=kind)
    contact = next(iter(org.shelf("Contacts"))).record_id
    project = beside.projects.add_project("Market stall", contact, status="CLOSED")
    beside.projects.add_task(project, "Setting up", Decimal(30))
    place.office.back_up(place.source.name)
    restore_id = place.planned(place.open_target())
    assert _granted(place, restore_id) >= {*beside_scopes()}
    place.approve(restore_id)
    restore = place.ended(restore_id)
    assert restore.state is RestoreState.DONE, restore.proof
    there = beside_of(place.targets[restore.target_id])
    assert [one["assetName"] for one in there.assets.assets.values()] == ["Roaster"]
    assert [(one.name, one.status) for one in there.projects.projects.values()] == [
        ("Market stall", "CLOSED")
    ]
    assert [one.name for one in there.projects.tasks.values()] == ["Setting up"]
