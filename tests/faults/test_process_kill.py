"""The bot's process dies in the middle of a backup, or is told to stop: the next start goes on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from bot.config import load_settings
from bot.parts import Parts, open_parts
from tests.faults.backup_place import Kept
from tests.faults.machine import Machine, set_trap
from tests.scenario.office import ANA, FINANCE

SETTINGS = {"Currencies", "TaxRates", "BrandingThemes", "Users", "Items", "Accounts", "RepeatingInvoices"}
DOCUMENTS = {"Contacts", "Invoices", "CreditNotes", "Payments", "BankTransactions", "Quotes"}
_numbers = count(1)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    filling = {"XERO_FILL_CALLS": "20"}  # enough for all files, also where some calls are made again
    machine = Machine(
        tmp_path_factory.mktemp("killed"), organisations=(), minute_seconds=0.2, settings=filling
    )
    machine.slack.rate_limits = False
    try:
        machine.start()
        yield machine
    finally:
        machine.stop()


@pytest.fixture(scope="module")
def parts(one: Machine) -> Iterator[Parts]:
    settings = load_settings({}, for_demo=True, overrides=one._chosen_settings(), env_file=None)
    found = open_parts(settings, may_migrate=False)
    yield found
    found.close()


@pytest.fixture
def kept(one: Machine, parts: Parts) -> Iterator[Kept]:
    """An organisation of this test's own, linked to a bot that runs."""
    if one.process.poll() is not None:  # a test before this one failed
        one.start_bot()
    yield Kept(one, parts, f"Keeper {next(_numbers)}")
    one.xero.faults.clear()


def _ask(one: Machine, kept: Kept) -> None:
    one.slack.command(ANA, FINANCE, f"now {kept.name}")


def _heads(one: Machine, kept: Kept) -> list[Path]:
    return list((one.data_folder / "vault").rglob(f"o/{kept.organisation.id}/heads/*"))


def _ended_whole(kept: Kept) -> None:
    """Exactly one snapshot, one message, whole."""
    told = kept.wait_for_end()
    assert "Complete:" in told
    assert [info.number for info in kept.sound_snapshots()] == [1]
    assert kept.not_as_served() == []
    assert kept.told == [told]


def _asked_again_after(one: Machine, count: int) -> set[str]:
    return {path.split("/")[0] for path in one.calls_since(count)}


def test_kill_in_the_settings_then_they_are_read_anew_and_one_snapshot_comes(
    one: Machine, kept: Kept
) -> None:
    one.kill_at("Users")
    _ask(one, kept)
    assert one.dead() == -signal.SIGKILL
    one.start_bot()
    _ended_whole(kept)


def test_kill_in_the_documents_then_the_settings_are_not_read_again(one: Machine, kept: Kept) -> None:
    one.kill_at("Payments")
    _ask(one, kept)
    one.dead()
    count = len(one.xero.calls)
    one.start_bot()
    _ended_whole(kept)
    assert not SETTINGS & _asked_again_after(one, count)
    assert _asked_again_after(one, count) >= DOCUMENTS


def test_kill_in_the_reports_then_no_document_is_read_again(one: Machine, kept: Kept) -> None:
    one.kill_at("Reports/TrialBalance", 3)
    _ask(one, kept)
    one.dead()
    count = len(one.xero.calls)
    one.start_bot()
    _ended_whole(kept)
    assert not (SETTINGS | DOCUMENTS) & {path for path in one.calls_since(count) if "/" not in path}


def test_kill_in_the_files_then_they_are_whole_and_no_list_is_read_again(one: Machine, kept: Kept) -> None:
    kept.attach()
    one.kill_at("*/Attachments/*", 2)
    _ask(one, kept)
    one.dead()
    count = len(one.xero.calls)
    one.start_bot()
    _ended_whole(kept)
    assert kept.files() == set(kept.attached())
    assert all("/" in path and not path.startswith("Reports") for path in one.calls_since(count))


def test_kill_after_publishing_then_only_the_message_is_still_to_come(one: Machine, kept: Kept) -> None:
    set_trap(one.slack, "chat.update", lambda: bool(_heads(one, kept)), one.kill)
    _ask(one, kept)
    one.dead()
    assert len(_heads(one, kept)) == 1
    count = len(one.xero.calls)
    one.start_bot()
    _ended_whole(kept)
    assert one.calls_since(count) == []


def test_kill_again_and_again_then_it_still_comes_to_an_end(one: Machine, kept: Kept) -> None:
    one.kill_at("Accounts")
    _ask(one, kept)
    one.dead()
    for path in ("Invoices", "Reports/TrialBalance"):
        one.xero.faults.clear()
        one.kill_at(path)
        one.start_bot()
        one.dead()
    one.start_bot()
    _ended_whole(kept)


def test_sigterm_in_the_documents_then_it_ends_cleanly_and_goes_on_at_the_next_start(
    one: Machine, kept: Kept
) -> None:
    one.xero.faults.before("/api.xro/2.0/Contacts", 1, lambda: one.process.send_signal(signal.SIGTERM))
    one.xero.faults.add("slow", path="/api.xro/2.0/Invoices", seconds=1.0)
    _ask(one, kept)
    assert one.dead() == 0
    count = len(one.xero.calls)
    one.start_bot()
    _ended_whole(kept)
    assert not SETTINGS & _asked_again_after(one, count)


def test_second_process_is_refused_in_one_sentence_and_a_killed_one_frees_the_folder(
    one: Machine, kept: Kept
) -> None:
    code, said = one.command("run", PORT="0")
    assert code == 5
    assert "another Ledgerkeep process works in" in said
    assert len(said.strip().splitlines()) == 1
    one.kill()
    one.dead()
    one.start_bot()
    assert kept.name in one.say("status")
