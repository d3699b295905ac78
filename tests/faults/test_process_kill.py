"""The bot's process dies in the middle of a backup, or is told to stop: the next start goes on."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.faults.machine import Machine, machine, set_trap, summaries
from tests.scenario.office import ANA, FINANCE

NAME = "Kererū Coffee Roasters"
SETTINGS = {"Currencies", "TaxRates", "BrandingThemes", "Users", "Items", "Accounts", "RepeatingInvoices"}
DOCUMENTS = {"Contacts", "Invoices", "CreditNotes", "Payments", "BankTransactions", "Quotes"}


@pytest.fixture
def one(tmp_path: Path) -> object:
    with machine(tmp_path) as started:
        started.link("nz")
        yield started


def _heads(one: Machine) -> list[Path]:
    return list((one.data_folder / "vault").rglob("heads/*"))


def _ended_whole(one: Machine) -> None:
    """Exactly one snapshot, one message, whole."""
    message = one.wait_for(FINANCE, "backup of", also=("Complete", "Failed", "Stopped"), seconds=60)
    assert "Complete" in one.text(message), one.text(message)
    assert [info.number for info in one.snapshots()] == [1]
    assert [told.ts for told in summaries(one, NAME)] == [message.ts]


def _asked_again_after(one: Machine, count: int) -> set[str]:
    return {path.split("/")[0] for path in one.calls_since(count)}


def test_kill_in_the_settings_then_they_are_read_anew_and_one_snapshot_comes(one: Machine) -> None:
    one.kill_at("Users")
    one.slack.command(ANA, FINANCE, "now")
    assert one.dead() == -signal.SIGKILL
    one.start_bot()
    _ended_whole(one)


def test_kill_in_the_documents_then_the_settings_are_not_read_again(one: Machine) -> None:
    one.kill_at("Payments")
    one.slack.command(ANA, FINANCE, "now")
    one.dead()
    count = len(one.xero.calls)
    one.start_bot()
    _ended_whole(one)
    assert not SETTINGS & _asked_again_after(one, count)
    assert _asked_again_after(one, count) >= DOCUMENTS


def test_kill_in_the_reports_then_no_document_is_read_again(one: Machine) -> None:
    one.kill_at("Reports/TrialBalance", 3)
    one.slack.command(ANA, FINANCE, "now")
    one.dead()
    count = len(one.xero.calls)
    one.start_bot()
    _ended_whole(one)
    assert _asked_again_after(one, count) == {"Reports"}


def test_kill_after_publishing_then_only_the_message_is_still_to_come(one: Machine) -> None:
    set_trap(one.slack, "chat.update", lambda: bool(_heads(one)), one.kill)
    one.slack.command(ANA, FINANCE, "now")
    one.dead()
    assert len(_heads(one)) == 1
    count = len(one.xero.calls)
    one.start_bot()
    _ended_whole(one)
    assert one.calls_since(count) == []


def test_kill_again_and_again_then_it_still_comes_to_an_end(one: Machine) -> None:
    one.kill_at("Accounts")
    one.slack.command(ANA, FINANCE, "now")
    one.dead()
    for path in ("Invoices", "Reports/TrialBalance"):
        one.xero.faults.clear()
        one.kill_at(path)
        one.start_bot()
        one.dead()
    one.start_bot()
    _ended_whole(one)


def test_sigterm_in_the_documents_then_it_ends_cleanly_and_goes_on_at_the_next_start(one: Machine) -> None:
    one.xero.faults.before("/api.xro/2.0/Contacts", 1, lambda: one.process.send_signal(signal.SIGTERM))
    one.xero.faults.add("slow", path="/api.xro/2.0/Invoices", seconds=2.0)
    one.slack.command(ANA, FINANCE, "now")
    assert one.dead() == 0
    count = len(one.xero.calls)
    one.start_bot()
    _ended_whole(one)
    assert not SETTINGS & _asked_again_after(one, count)


def test_second_process_is_refused_in_one_sentence_and_a_killed_one_frees_the_folder(one: Machine) -> None:
    code, said = one.command("run", PORT="0")
    assert code == 5
    assert "another Ledgerkeep process works in" in said
    assert len(said.strip().splitlines()) == 1
    one.kill()
    one.dead()
    one.start_bot()
    assert NAME in one.say("status")
