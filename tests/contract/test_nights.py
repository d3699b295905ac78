"""What a backup asks for night after night, against the sandbox's Xero: few calls, and nothing missed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.backup.stages import stage_plans
from bot.domain.backup import OutcomeStatus
from bot.sandbox.xero.demo import build_organisation
from bot.sandbox.xero.demo.volume import volume
from bot.sandbox.xero.organisation import PretendOrganisation
from bot.sandbox.xero.server import utcnow
from tests.contract.nights import Nights, nights


@pytest.fixture
def lively(tmp_path: Path) -> Iterator[Nights]:
    with nights(lambda: build_organisation("lively", seed=7, now=utcnow), tmp_path) as one:
        yield one


@pytest.fixture
def long(tmp_path: Path) -> Iterator[Nights]:
    with nights(
        lambda: volume("long", invoices=2_500, bank_transactions=1_200, contacts=50), tmp_path
    ) as one:
        yield one


def _status(one: Nights, key: str) -> OutcomeStatus:
    found = [o for result in one.results.values() for o in result.outcomes if o.resource == key]
    return found[0].status


def _equals_xero(one: Nights) -> list[str]:
    """Name the resources that are not what Xero would hand out now, to the byte."""
    snapshot = one.books.snapshots()[-1]
    held = {key: one.kept(key) for key in snapshot.resources}
    one.back_up(whole=True)
    reports = {r.key for p in stage_plans(frozenset()) for r in p.resources if p.name == "reports"}
    return [key for key in held if key not in reports and one.kept(key) != held[key]]


def test_night_when_nothing_changed_then_few_calls_and_the_same_copy(lively: Nights) -> None:
    lively.back_up()
    first, before = lively.calls, lively.kept("trial_balance")
    lively.back_up()
    assert lively.calls <= 35 < first
    assert _status(lively, "balance_sheet") is OutcomeStatus.STANDS
    assert _status(lively, "organisation_actions") is OutcomeStatus.STANDS
    assert lively.asked("Reports/TrialBalance")  # today's figures are what vouches for the others
    assert lively.kept("trial_balance").keys() == before.keys()
    assert lively.books.snapshots()[-1].complete
    assert not lively.results["reports"].gaps
    assert _equals_xero(lively) == []


def test_night_when_lists_are_long_then_only_changes_are_asked_for(long: Nights) -> None:
    long.back_up()
    changed = long.org.change_share(0.01)
    long.back_up()
    assert len(long.asked("Invoices")) == 1
    assert len(long.asked("BankTransactions")) == 1
    invoices = next(o for o in long.results["documents"].outcomes if o.resource == "invoices")
    assert (invoices.changed, invoices.count) == (len(changed["Invoices"]), 2_500)
    assert _equals_xero(long) == []


def test_week_when_over_then_everything_is_looked_at_and_what_vanished_is_known(long: Nights) -> None:
    long.back_up()
    gone = next(iter(long.org.shelf("Invoices").records))
    long.org.vanish("Invoices", gone)
    long.pass_days(1)
    long.back_up()
    assert gone in long.kept("invoices")  # no list of changes tells of what vanished
    long.pass_days(6)
    long.back_up()
    assert len(long.asked("Invoices")) == 3
    invoices = next(o for o in long.results["documents"].outcomes if o.resource == "invoices")
    assert (invoices.gone, gone in long.kept("invoices")) == (1, False)


def test_short_list_when_a_record_vanished_then_known_the_same_night(lively: Nights) -> None:
    lively.back_up()
    gone = next(iter(lively.org.shelf("Items").records))
    lively.org.vanish("Items", gone)
    lively.back_up()
    assert gone not in lively.kept("items")


def test_night_when_figures_moved_and_no_list_tells_why_then_every_report_is_read(lively: Nights) -> None:
    lively.back_up()
    before = lively.kept("balance_sheet")
    lively.org.conversion_balances = {**lively.org.conversion_balances}
    account = next(r for r in lively.org.shelf("Accounts") if r.fields["Type"] == "REVENUE")
    lively.org.conversion_balances[str(account.fields["Code"])] = 12_345
    lively.org.touch("Users", next(iter(lively.org.shelf("Users").records)))
    lively.back_up()
    assert _status(lively, "balance_sheet") is OutcomeStatus.READ
    assert lively.kept("balance_sheet") != before


def test_groups_when_a_member_joined_then_their_members_are_read_again(lively: Nights) -> None:
    lively.back_up()
    assert _equals_xero(lively) == []
    group = next(r for r in lively.org.shelf("ContactGroups") if r.fields.get("Status") != "DELETED")
    member = next(iter(lively.org.shelf("Contacts").records))
    contacts = [*group.own().get("Contacts", []), {"ContactID": member, "Name": "?"}]
    lively.org.change("ContactGroups", group.record_id, Contacts=contacts)
    lively.org.touch("Contacts", member)
    lively.back_up()
    assert _equals_xero(lively) == []


def test_weekly_list_when_a_person_asks_a_day_later_then_it_is_read(lively: Nights) -> None:
    lively.back_up()
    lively.back_up(by_hand=True)
    assert _status(lively, "invoice_reminders") is OutcomeStatus.STANDS
    lively.pass_days(1.1)
    lively.org.reminders_enabled = False
    lively.back_up(by_hand=True)
    assert _status(lively, "invoice_reminders") is OutcomeStatus.READ
    assert b"false" in next(iter(lively.kept("invoice_reminders").values()))


def test_changes_when_refused_then_the_rest_stands_and_the_next_night_reads_it_whole(long: Nights) -> None:
    long.back_up()
    long.pretend.faults.add("500", path="*/Invoices", times=0)
    long.back_up()
    long.pretend.faults.clear()
    assert _status(long, "invoices") is OutcomeStatus.FAILED
    assert len(long.kept("invoices")) == 2_500
    long.back_up()
    assert len(long.asked("Invoices")) == 3
    assert _status(long, "invoices") is OutcomeStatus.READ


def test_general_ledger_when_it_is_long_then_only_what_was_added_is_asked_for(tmp_path: Path) -> None:
    def make() -> PretendOrganisation:
        return build_organisation("lively", seed=7, now=utcnow)

    with nights(make, tmp_path, "journals", tier="advanced") as one:
        one.back_up()
        first, before = len(one.asked("Journals")), one.kept("journals")
        one.back_up()
        assert len(one.asked("Journals")) == 1 < first
        assert one.kept("journals") == before
        one.pass_days(8)
        one.back_up()
        assert len(one.asked("Journals")) == 1
        assert one.kept("journals") == before
