"""What hangs on single records: newest first within the calls of a run, over several backups, to the byte."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
import stamina

from bot.backup.filling import budget
from bot.db.tables import OrganisationRow
from bot.domain.backup import Fill, OutcomeStatus, Summary
from bot.domain.organisation import LinkState, Organisation
from bot.domain.settings import Extra, OrganisationSettings
from bot.sandbox.xero import PretendOrganisation
from bot.vault import Books, SnapshotInfo
from tests.faults.machine import company, met
from tests.scenario.office import ANA, FINANCE, Office, office

_numbers = count(1)


class Desk:
    """A small organisation with papers, and its copies."""

    def __init__(self, here: Office, org: PretendOrganisation) -> None:
        self.here, self.org = here, org

    @property
    def organisation(self) -> Organisation:
        return next(one for one in self.here.organisations() if one.name == self.org.name)

    @property
    def books(self) -> Books:
        assert self.here.bot is not None
        return self.here.bot.parts.books.of(self.organisation)

    @property
    def newest(self) -> SnapshotInfo:
        return self.books.snapshots()[-1]

    def back_up(self) -> Summary:
        assert self.here.bot is not None
        self.here.xero.calls.clear()
        self.here.back_up(self.org.name)
        return self.here.bot.parts.runs.summaries(self.organisation.id)[0]

    def until_filled(self) -> Summary:
        for _ in range(12):
            told = self.back_up()
            if all(one.nights == 0 for one in told.fills):
                return told
        raise AssertionError(told.fills)

    def asked(self, *words: str) -> list[str]:
        return [one.path for one in self.here.xero.calls if any(word in one.path for word in words)]

    def kept(self, resource: str) -> dict[str, bytes]:
        return {one.record_id: one.raw for one in self.books.records(self.newest, resource)}

    def wants(self, *extras: Extra) -> None:
        assert self.here.bot is not None
        settings = self.here.bot.worker.services.settings
        wanted = OrganisationSettings(extras=frozenset(extras))
        settings.change_organisation(self.here.actor(ANA, FINANCE), self.organisation, wanted)


@pytest.fixture(scope="module")
def here() -> Iterator[Office]:
    with (
        stamina.set_testing(True, attempts=2, cap=True),
        office(organisations=(), minute_seconds=0.2, settings={"XERO_FILL_CALLS": "5000"}) as one,
    ):
        one.slack.rate_limits = False
        met(one)
        one.only_by_hand()
        yield one


@pytest.fixture
def desk(here: Office) -> Desk:
    name = f"Papers {next(_numbers)} Ltd"
    org = company(here.xero, name)
    here.link(name)
    return Desk(here, org)


def _fill(told: Summary, key: str) -> Fill:
    return next(one for one in told.fills if one.resource == key)


def _any(desk: Desk, collection: str, number: int = 0) -> str:
    return list(desk.org.shelf(collection).records)[number]


def test_attachments_when_backed_up_then_every_file_is_kept_to_the_byte(desk: Desk) -> None:
    invoice, contact = _any(desk, "Invoices"), _any(desk, "Contacts")
    big, odd = bytes(range(256)) * 12_000, "عقد 💷 final.pdf"
    desk.org.attach("Invoices", invoice, odd, b"%PDF odd")
    desk.org.attach("Invoices", invoice, "scan.pdf", big)
    desk.org.attach("Contacts", contact, "scan.pdf", b"")
    told = desk.back_up()
    kept = desk.kept("attachment_contents")
    assert sorted(map(len, kept.values())) == [0, 8, len(big)]
    assert big in kept.values()
    assert {one.rpartition("/")[0] for one in kept} == {f"invoices/{invoice}", f"contacts/{contact}"}
    assert kept.keys() == desk.kept("attachments").keys()
    assert _fill(told, "attachments").nights == 0
    assert desk.books.verify(full=True).problems == ()


def test_history_when_it_takes_more_calls_than_a_run_may_spend_then_goes_on_newest_first(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "A_PERSON_WAITS", 20)
    first = desk.back_up()
    done = _fill(first, "history")
    assert 0 < done.done < done.total
    assert done.nights == 1
    assert _status(first, "history") is OutcomeStatus.FILLING
    assert not first.gaps
    assert desk.newest.complete
    newest = max(desk.org.shelf("Invoices"), key=lambda one: one.updated_at)
    monkeypatch.setattr(budget, "A_PERSON_WAITS", 5000)
    last = desk.until_filled()
    assert _fill(last, "history").done == done.total
    assert f"invoices/{newest.record_id}" in desk.kept("history")
    assert b'"Changes"' in desk.kept("history")[f"invoices/{newest.record_id}"]
    assert desk.kept("waiting") == {}
    desk.back_up()
    assert desk.asked("/History", "/Attachments", "/Content") == []


def test_history_when_an_organisation_is_linked_then_reckoned_by_every_list_that_tells_its_length(
    desk: Desk,
) -> None:
    lists = "Contacts Invoices CreditNotes BankTransactions Payments Prepayments Overpayments ManualJournals"
    there = sum(len(desk.org.shelf(one)) for one in (*lists.split(), "PurchaseOrders"))
    message = desk.here.wait_for(FINANCE, "Connected: ", also=(desk.org.name,))
    assert f"history with notes takes one for each record, about {there:,}" in desk.here.text(message)


def test_calls_when_a_run_may_spend_few_then_no_more_are_spent_and_files_come_all_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice, contact = _any(desk, "Invoices"), _any(desk, "Contacts")
    files = {b"one": "Invoices", b"two": "Invoices", b"three": "Contacts"}
    for content, collection in files.items():
        record = invoice if collection == "Invoices" else contact
        desk.org.attach(collection, record, f"{content.decode()}.txt", content)
    spent = []
    for most in (1, 1, 1, 4):
        monkeypatch.setattr(budget, "A_PERSON_WAITS", most)
        told = desk.back_up()
        spent.append(len(desk.asked("/Attachments", "/History", "/Content", "/Associations")))
    assert spent == [1, 1, 1, 4]
    assert set(desk.kept("attachment_contents").values()) == set(files)
    assert not told.gaps
    assert told.calls_used < 100
    assert desk.books.verify(full=True).problems == ()


def test_files_when_the_calls_end_between_them_then_a_change_of_the_record_lists_them_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = _any(desk, "Invoices")
    desk.org.attach("Invoices", invoice, "one.txt", b"one")
    monkeypatch.setattr(budget, "A_PERSON_WAITS", 1)
    desk.back_up()
    desk.org.attach("Invoices", invoice, "two.txt", b"two")
    desk.org.touch("Invoices", invoice)  # Xero tells of it only where the record itself changes
    monkeypatch.setattr(budget, "A_PERSON_WAITS", 20)
    desk.back_up()
    assert set(desk.kept("attachment_contents").values()) == {b"one", b"two"}


def test_record_when_changed_then_its_papers_are_looked_at_again_and_no_others(desk: Desk) -> None:
    desk.until_filled()
    invoice = _any(desk, "Invoices")
    desk.org.attach("Invoices", invoice, "late.pdf", b"late")
    told = desk.back_up()
    assert {path.split("/")[-2] for path in desk.asked("/History")} == {invoice}
    assert b"late" in desk.kept("attachment_contents").values()
    assert _fill(told, "history").nights == 0


def test_attachment_when_taken_away_then_it_is_gone_and_the_older_snapshot_keeps_it(desk: Desk) -> None:
    invoice = _any(desk, "Invoices")
    desk.org.attach("Invoices", invoice, "one.pdf", b"one")
    desk.org.attach("Invoices", invoice, "two.pdf", b"two")
    desk.until_filled()
    before = desk.newest
    desk.org.detach("Invoices", invoice, "one.pdf")
    desk.org.touch("Invoices", invoice)
    told = desk.back_up()
    assert list(desk.kept("attachment_contents").values()) == [b"two"]
    assert next(one for one in told.outcomes if one.resource == "attachments").gone == 1
    assert {one.raw for one in desk.books.records(before, "attachment_contents")} == {b"one", b"two"}


def test_attachment_when_the_last_one_is_taken_away_then_it_is_gone_once_that_was_said_twice(
    desk: Desk,
) -> None:
    invoice = _any(desk, "Invoices")
    desk.org.attach("Invoices", invoice, "one.pdf", b"one")
    desk.until_filled()
    desk.org.detach("Invoices", invoice, "one.pdf")
    desk.org.touch("Invoices", invoice)
    told = desk.back_up()
    assert _fill(told, "attachments").failed == 1  # an empty answer is asked for once more before it counts
    assert list(desk.kept("attachment_contents").values()) == [b"one"]
    desk.back_up()
    assert desk.kept("attachment_contents") == {}


def test_file_when_it_breaks_off_then_nothing_half_is_kept_and_it_is_tried_again(desk: Desk) -> None:
    invoice = _any(desk, "Invoices")
    desk.org.attach("Invoices", invoice, "big.pdf", bytes(3_000_000))
    desk.here.xero.faults.add("cut", path="*/Attachments/*", times=0)
    told = desk.back_up()
    desk.here.xero.faults.clear()
    assert desk.kept("attachment_contents") == {}
    assert [gap.resource for gap in told.gaps] == ["attachments"]
    assert _fill(told, "attachments").failed == 1
    told = desk.until_filled()
    assert [len(one) for one in desk.kept("attachment_contents").values()] == [3_000_000]
    assert not told.gaps


def test_file_when_it_is_too_large_then_that_is_a_gap_and_all_else_is_kept(desk: Desk) -> None:
    desk.org.attach("Invoices", _any(desk, "Invoices"), "film.mp4", 65 * 1024 * 1024)
    desk.org.attach("Invoices", _any(desk, "Invoices", 1), "small.pdf", b"small")
    told = desk.back_up()
    assert told.snapshot_id
    assert list(desk.kept("attachment_contents").values()) == [b"small"]
    assert "attachments" in {gap.resource for gap in told.gaps}


def test_history_when_switched_off_then_no_call_is_spent_and_what_was_kept_stands(desk: Desk) -> None:
    desk.until_filled()
    kept = desk.kept("history")
    desk.wants(Extra.ATTACHMENTS)
    desk.org.touch("Invoices", _any(desk, "Invoices"))
    told = desk.back_up()
    assert desk.asked("/History") == []
    assert desk.kept("history") == kept
    assert desk.newest.complete
    assert "history" not in {one.resource for one in told.fills}
    desk.wants(Extra.ATTACHMENTS, Extra.HISTORY)
    desk.back_up()
    assert desk.asked("/History")


def test_permission_when_not_given_then_a_gap_says_so_and_no_call_is_spent(desk: Desk) -> None:
    assert desk.here.bot is not None
    scopes = desk.organisation.scopes - {"accounting.attachments.read"}
    with desk.here.bot.parts.db.session() as session:
        session.get_one(OrganisationRow, desk.organisation.id).scopes = sorted(scopes)
    told = desk.back_up()
    assert desk.asked("/Attachments") == []
    assert "attachments" in {gap.resource for gap in told.gaps}
    assert _status(told, "attachments") is OutcomeStatus.REFUSED


def test_day_when_spent_while_filling_then_the_books_are_published_all_the_same(desk: Desk) -> None:
    desk.here.xero.faults.add("429_day", path="*/History", times=0, retry_after=3600)
    told = desk.back_up()
    desk.here.xero.faults.clear()
    assert told.snapshot_id
    assert _fill(told, "history").done == 0
    assert _status(told, "invoices") is OutcomeStatus.READ


def test_run_when_a_person_stops_it_while_it_fills_then_the_books_are_published(desk: Desk) -> None:
    assert desk.here.bot is not None
    runs = desk.here.bot.parts.runs

    def stop() -> None:
        run = runs.active(desk.organisation.id)
        assert run is not None
        runs.change(run.id, stop_requested=True)

    desk.here.xero.faults.add("hook", path="*/History", nth=3, hook=stop)
    desk.here.xero.faults.add("slow", path="*/History", times=0, seconds=0.15)
    told = desk.back_up()
    desk.here.xero.faults.clear()
    assert told.snapshot_id
    assert 0 < _fill(told, "history").done < _fill(told, "history").total
    assert desk.newest.complete


def test_connection_when_taken_back_while_it_fills_then_the_books_are_published_and_it_is_told(
    desk: Desk,
) -> None:
    desk.here.xero.faults.add("disconnected", path="*/History", nth=3, times=0)
    told = desk.back_up()
    desk.here.xero.faults.clear()
    assert told.snapshot_id
    assert _status(told, "invoices") is OutcomeStatus.READ
    assert desk.organisation.state is LinkState.DISCONNECTED
    asked = desk.here.text(desk.here.wait_for(FINANCE, f"Needs you: {desk.org.name}"))
    assert "The last good backup, from" in asked


def test_night_when_quiet_then_the_comparison_of_the_night_before_stands(desk: Desk) -> None:
    first = desk.until_filled()
    second = desk.back_up()
    assert first.balance is not None
    assert second.balance is not None
    assert first.balance.explained is not None
    assert second.balance.explained == first.balance.explained
    assert second.balance.stored_reports == first.balance.stored_reports


def _status(told: Summary, key: str) -> OutcomeStatus:
    return next(one.status for one in told.outcomes if one.resource == key)


def test_tier_when_xero_tells_of_a_starters_day_then_the_summary_and_the_share_go_by_it(here: Office) -> None:
    before = here.xero.limits.per_day
    here.xero.limits.per_day = 1000
    try:
        name = f"Papers {next(_numbers)} Ltd"
        desk = Desk(here, company(here.xero, name))
        here.link(name)
        told = desk.back_up()
    finally:
        here.xero.limits.per_day = before
    assert told.calls_allowed == 1000


def _owing(desk: Desk) -> set[str]:
    """Name the contacts with something open, by the documents themselves."""
    found = set()
    for plural, left in (("Invoices", "AmountDue"), ("CreditNotes", "RemainingCredit")):
        for one in desk.org.shelf(plural):
            if one.fields["Status"] == "AUTHORISED" and one.fields[left]:
                found.add(str(one.fields["Contact"]["ContactID"]))
    return found


def _debtor(desk: Desk, total: str, kind: str = "ACCREC") -> str:
    """Let a contact without anything open owe; gives its id."""
    owing = _owing(desk)
    contact = next(one for one in desk.org.shelf("Contacts").records if one not in owing)
    desk.org.add_invoice(total=total, contact=contact, kind=kind)
    return contact


def test_aged_reports_when_first_backed_up_then_kept_of_exactly_the_contacts_that_owe(desk: Desk) -> None:
    desk.wants()
    supplier = _debtor(desk, "77.70", "ACCPAY")
    told = desk.until_filled()
    assert set(desk.kept("aged_receivables")) == set(desk.kept("aged_payables")) == _owing(desk)
    assert len(_owing(desk)) < len(desk.org.shelf("Contacts"))
    assert b"77.70" in desk.kept("aged_payables")[supplier]
    assert b"77.70" not in desk.kept("aged_receivables")[supplier]
    assert _fill(told, "aged_receivables").done == len(_owing(desk))
    assert desk.books.verify(full=True).problems == ()


def test_aged_reports_when_a_week_is_over_then_asked_anew_of_those_that_owe_by_then(desk: Desk) -> None:
    desk.wants()
    desk.until_filled()
    before = _owing(desk)
    debtor = _debtor(desk, "88.80")
    desk.back_up()
    assert desk.asked("Aged") == []
    assert debtor not in desk.kept("aged_receivables")
    desk.here.pass_time(days=7)
    desk.until_filled()
    assert set(desk.kept("aged_receivables")) == set(desk.kept("aged_payables")) == {*before, debtor}
    assert b"88.80" in desk.kept("aged_receivables")[debtor]


def test_aged_reports_when_a_contact_has_paid_then_the_next_week_keeps_that_nothing_is_open(
    desk: Desk,
) -> None:
    desk.wants()
    debtor = _debtor(desk, "99.90")
    desk.until_filled()
    assert b"99.90" in desk.kept("aged_receivables")[debtor]
    for one in desk.org.shelf("Invoices"):
        if one.fields["Contact"]["ContactID"] == debtor:
            desk.org.change("Invoices", one.record_id, Status="VOIDED")
    desk.here.pass_time(days=7)
    desk.until_filled()
    assert debtor not in _owing(desk)
    assert b"99.90" not in desk.kept("aged_receivables").get(debtor, b"")
