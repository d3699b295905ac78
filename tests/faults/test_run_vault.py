"""The place of the copies fails in the middle of a backup: read-only, full, gone, damaged."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import stamina

from bot.backup.take import StageTaker
from bot.domain.organisation import Organisation
from bot.services.running import balances
from bot.vault import Books, disk
from jobs import engine
from tests.faults.machine import API, company, met
from tests.scenario.office import Office, office

_numbers = count(1)


@pytest.fixture(scope="module")
def desk() -> Iterator[Office]:
    with pytest.MonkeyPatch.context() as patch, stamina.set_testing(True, attempts=3, cap=True):
        patch.setattr(engine, "PAUSES", (0.05,))
        with office(organisations=(), minute_seconds=0.5) as one:
            one.slack.rate_limits = False
            met(one)
            yield one


@pytest.fixture
def name(desk: Office) -> Iterator[str]:
    """The name of an organisation that has one good snapshot."""
    chosen = f"Keeper {next(_numbers):03}"
    company(desk.xero, chosen)
    desk.link(chosen)
    assert "Complete:" in desk.text(desk.back_up(chosen))
    yield chosen
    desk.xero.faults.clear()


def _organisation(desk: Office, name: str) -> Organisation:
    (found,) = [one for one in desk.organisations() if one.name == name]
    return found


def _copies(desk: Office, name: str) -> Books:
    assert desk.bot is not None
    return desk.bot.parts.books.of(_organisation(desk, name))


def _vault(desk: Office) -> Path:
    assert desk.bot is not None
    return desk.bot.parts.settings.data_dir / "vault"


def _change(desk: Office, name: str) -> None:
    desk.xero.organisation(name).add_invoice()


def _refusing(number: int) -> Callable[[Path, bytes | bytearray], None]:
    def write(_path: Path, _data: bytes | bytearray) -> None:
        raise OSError(number, os.strerror(number))

    return write


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The place where copies are kept has no room left."),
        (errno.EROFS, "The place where copies are kept cannot be written to."),
        (errno.EIO, "The place where copies are kept cannot be reached."),
    ],
)
def test_disk_refuses_in_the_middle_then_it_fails_says_why_and_works_again_afterwards(
    desk: Office, name: str, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    _change(desk, name)
    desk.xero.faults.before(
        API + "Payments", 1, lambda: monkeypatch.setattr(disk, "_write_file", _refusing(number))
    )
    told = desk.text(desk.back_up(name))
    assert "Failed" in told
    assert words in told
    assert "The last good snapshot #1" in told
    monkeypatch.undo()
    assert _copies(desk, name).verify(full=True).problems == ()
    assert "Complete:" in desk.text(desk.back_up(name))
    assert [one.number for one in _copies(desk, name).snapshots()] == [1, 2]
    assert _copies(desk, name).verify(full=True).problems == ()


def test_vault_is_gone_in_the_middle_then_it_fails_and_works_again_when_it_is_back(
    desk: Office, name: str
) -> None:
    vault, away = _vault(desk), _vault(desk).with_name("away")
    _change(desk, name)

    def strike() -> None:
        vault.rename(away)

    desk.xero.faults.before(API + "Payments", 1, strike)
    told = desk.text(desk.back_up(name))
    assert "Failed" in told
    assert "The last good snapshot #1 is from" in told
    assert "is not known until" in told
    shutil.rmtree(vault, ignore_errors=True)  # whatever was written where the vault is not
    away.rename(vault)
    assert "Complete:" in desk.text(desk.back_up(name))
    assert _copies(desk, name).verify(full=True).problems == ()


def test_packs_are_gone_then_verify_says_so_and_no_backup_is_built_upon_them(desk: Office, name: str) -> None:
    lost = {one: one.read_bytes() for one in _packs(desk, name)}
    for one in lost:
        one.unlink()
    assert _copies(desk, name).verify().problems
    told = desk.text(desk.back_up(name))
    assert "Failed" in told
    assert "Some stored copies are not as they were written" in told
    assert "`ledgerkeep verify`" in told
    assert "still stands" not in told
    assert [one.number for one in _copies(desk, name).snapshots()] == [1]
    for one, data in lost.items():
        one.write_bytes(data)
    assert "Complete:" in desk.text(desk.back_up(name))


def test_newest_head_is_altered_then_nothing_is_built_upon_it(desk: Office, name: str) -> None:
    (head,) = list(_folder(desk, name).glob("heads/*"))
    sound = head.read_bytes()
    head.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    assert desk.bot is not None
    shutil.rmtree(desk.bot.parts.settings.data_dir / "cache", ignore_errors=True)
    assert _copies(desk, name).verify().problems
    head.write_bytes(sound)


def _folder(desk: Office, name: str) -> Path:
    organisation = _organisation(desk, name)
    (found,) = [one for one in _vault(desk).rglob(organisation.id) if one.is_dir()]
    return found


def _packs(desk: Office, name: str) -> list[Path]:
    return [one for one in _folder(desk, name).rglob("packs/**/*") if one.is_file()]


def test_our_own_defect_after_publishing_then_nobody_is_told_that_nothing_was_saved(
    desk: Office, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(balances, "check", broken)
    told = desk.text(desk.back_up(name))
    assert "Nothing new was saved" not in told
    assert "Snapshot #2" in told


def test_our_own_defect_while_reading_then_it_fails_with_a_reference_and_works_again(
    desk: Office, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(StageTaker, "take", broken)
    told = desk.text(desk.back_up(name))
    assert "Failed" in told
    assert "The last good snapshot #1" in told
    assert "Reference" in told
    monkeypatch.undo()
    assert "Complete:" in desk.text(desk.back_up(name))
