"""The copy cannot be read any more when a restore is to be written: people hear what helps first."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.restore import RestoreState
from bot.views import ids
from tests.faults.restore_place import Place, in_office, surplus


@pytest.fixture
def place() -> Iterator[Place]:
    with in_office() as place:
        yield place


def _packs(place: Place) -> list[Path]:
    data = place.parts.settings.data_dir
    shutil.rmtree(data / "cache", ignore_errors=True)
    return [one for one in (data / "vault").rglob("packs") if one.is_dir() and place.source.id in one.parts]


def test_files_of_the_vault_are_missing_then_it_says_what_to_do_first_and_goes_on_once_they_are_back(
    place: Place,
) -> None:
    restore_id = place.planned(place.open_target())
    packs: list[Path] = []

    def lose() -> None:
        packs.extend(_packs(place))
        for one in packs:
            one.rename(one.with_name("away"))

    place.during("Organisation", lose, method="GET")
    place.approve(restore_id)
    place.until(restore_id, {RestoreState.FAILED})
    told = place.says(restore_id, "[Continue restore]")
    assert packs
    assert "ledgerkeep verify" in told
    assert "Once it is mended, press Continue restore" in told
    assert "taken now" in told
    assert "Nothing was written so far. Nothing is compared yet." in told
    assert place.restores.get(restore_id).reference in told
    for one in packs:
        one.with_name("away").rename(one)
    place.press(restore_id, ids.CONTINUE_RESTORE)
    restore = place.ended(restore_id)
    assert restore.state is RestoreState.DONE
    assert restore.progress.needs == ""
    assert not surplus(place.targets[restore.target_id], place.original)
