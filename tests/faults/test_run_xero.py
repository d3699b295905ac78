"""Bad days at Xero in the middle of a backup, through the whole bot: what the channel reads, what is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import count

import msgspec
import pytest
import stamina

from bot.domain.backup import RunState
from bot.domain.organisation import LinkState, Organisation
from bot.sandbox.slack import Message
from bot.sandbox.xero import PretendOrganisation
from bot.sandbox.xero.people import PEOPLE, Person
from bot.vault import Books
from jobs import engine
from tests.faults.machine import API, company, met, summaries
from tests.scenario.office import ANA, FINANCE, Browser, Office, office

_numbers = count(1)


@pytest.fixture(scope="module")
def desk() -> Iterator[Office]:
    with pytest.MonkeyPatch.context() as patch, stamina.set_testing(True, attempts=3, cap=True):
        patch.setattr(engine, "PAUSES", (0.05,))
        with office(organisations=(), minute_seconds=0.5) as one:
            one.slack.rate_limits = False
            met(one)
            yield one


class Case:
    """One linked organisation of its own, and its person at Xero."""

    def __init__(self, desk: Office, *, person: str = "ana") -> None:
        self.desk, self.person = desk, person
        self.name = f"Company {next(_numbers):03}"
        self.books: PretendOrganisation = company(desk.xero, self.name)
        self.first_call = len(desk.xero.calls)

    @property
    def organisation(self) -> Organisation:
        (found,) = [one for one in self.desk.organisations() if one.name == self.name]
        return found

    @property
    def copies(self) -> Books:
        assert self.desk.bot is not None
        return self.desk.bot.parts.books.of(self.organisation)

    def link(self) -> None:
        browser = Browser()
        status, target, page = browser.get(self.desk.link_offered())
        assert status in {302, 303}, page
        back = self.desk.xero.consent(target, organisation=self.name, user=self.person)
        status, _, page = browser.get(back)
        assert status == 200, page
        self.desk.slack.wait_until(lambda: self._told("onnected"), 20)

    def back_up(self) -> str:
        return self.desk.text(self.end(self.desk.slack.command(ANA, FINANCE, f"now {self.name}").ok))

    def end(self, asked: bool = True) -> Message:
        """Wait until the run asked for last has ended, and give its message."""
        assert asked
        assert self.desk.bot is not None
        runs, organisation = self.desk.bot.parts.runs, self.organisation
        self.desk.slack.wait_until(lambda: runs.active(organisation.id) is None, 40)
        assert runs.active(organisation.id) is None
        reference = runs.summaries(organisation.id)[0].run.message
        assert reference is not None

        def shown() -> list[Message]:
            found = [one for one in self.desk.slack.messages(FINANCE) if one.ts == reference.ts]
            return [one for one in found if any(word in one.text for word in ("omplete", "ailed", "topped"))]

        self.desk.slack.wait_until(lambda: bool(shown()), 10)
        return shown()[0]

    def calls(self) -> list[str]:
        return [
            one.path.removeprefix(API)
            for one in self.desk.xero.calls
            if one.tenant_id == self.books.tenant_id
        ]

    def stored(self, resource: str) -> dict[str, bytes]:
        latest = self.copies.snapshot("latest")
        return {one.record_id: one.raw for one in self.copies.records(latest, resource)}

    def _told(self, word: str) -> bool:
        return any(self.name in one.text and word in one.text for one in self.desk.slack.messages(FINANCE))


@pytest.fixture
def case(desk: Office) -> Iterator[Case]:
    one = Case(desk)
    one.link()
    yield one
    desk.xero.faults.clear()
    assert one.copies.verify(full=True).problems == ()


@pytest.fixture
def kept(case: Case) -> Case:
    """An organisation with one good snapshot."""
    assert "Complete:" in case.back_up()
    return case


@pytest.fixture(scope="module")
def steady_company(desk: Office) -> Case:
    """One organisation with a good snapshot, for tests after which its books are as before."""
    one = Case(desk)
    one.link()
    assert "Complete:" in one.back_up()
    return one


@pytest.fixture
def steady(steady_company: Case) -> Iterator[Case]:
    yield steady_company
    steady_company.desk.xero.faults.clear()
    assert steady_company.copies.verify(full=True).problems == ()


@pytest.fixture
def zoe(monkeypatch: pytest.MonkeyPatch) -> str:
    """Somebody at Xero whose consent this test may spoil."""
    key = f"zoe{next(_numbers)}"
    who = Person(
        key=key,
        name="Zoe Adviser",
        email=f"{key}@example.com",
        user_id=f"0a1b2c3d-0000-4000-a000-{next(_numbers):012}",
        role="Adviser",
    )
    monkeypatch.setitem(PEOPLE, key, who)
    return key


def _end_tokens(desk: Office, person: str) -> None:
    """Let no token of a person be good any more, as when a consent was taken back a while ago."""
    for token in desk.xero.authority.refreshes.values():
        token.dead = token.dead or token.user.user_id == PEOPLE[person].user_id
    desk.xero.expire_access_tokens()


def _take_back(desk: Office, person: str, scope: str) -> None:
    """Let a person's consent hold one permission less from now on."""
    authority, user_id = desk.xero.authority, PEOPLE[person].user_id
    authority.granted[user_id] -= {scope}
    for token in authority.refreshes.values():
        if token.user.user_id == user_id:
            token.asked -= {scope}
    desk.xero.expire_access_tokens()


def test_access_token_expires_in_the_middle_then_the_backup_is_complete(steady: Case) -> None:
    steady.desk.xero.faults.before(API + "Contacts", 1, steady.desk.xero.expire_access_tokens)
    assert "Complete:" in steady.back_up()


def test_answer_to_the_refresh_is_lost_then_the_same_token_is_tried_and_it_goes_on(steady: Case) -> None:
    steady.desk.xero.faults.before(API + "Contacts", 1, steady.desk.xero.expire_access_tokens)
    lost = steady.desk.xero.faults.add("answer_lost", path="/connect/token")
    assert "Complete:" in steady.back_up()
    assert lost.seen == 2


def test_consent_taken_back_in_the_middle_then_one_message_asks_to_reconnect_and_it_works_again(
    desk: Office, zoe: str
) -> None:
    case = Case(desk, person=zoe)
    case.link()
    case.back_up()
    desk.xero.faults.before(API + "Contacts", 1, lambda: _end_tokens(desk, zoe))
    told = case.back_up()
    assert "Failed" in told
    assert "The permission to read this organisation is gone." in told
    assert "snapshot #1" in told
    assert case.organisation.state is LinkState.DISCONNECTED
    asked = [one for one in desk.slack.messages(FINANCE) if f"{case.name} needs you" in one.text]
    assert len(asked) == 1
    assert "Connect" in desk.text(asked[0])
    assert "[Connect to Xero]" in desk.say(f"now {case.name}")
    case.link()
    assert "Complete:" in case.back_up()


def test_consent_of_several_organisations_taken_back_then_each_home_hears_once(
    desk: Office, zoe: str
) -> None:
    two = [Case(desk, person=zoe), Case(desk, person=zoe)]
    for one in two:
        one.link()
    desk.xero.faults.add("consent_revoked", path=API + "Contacts", tenant_id=two[0].books.tenant_id)
    two[0].back_up()
    for one in two:
        asked = [told for told in desk.slack.messages(FINANCE) if f"{one.name} needs you" in told.text]
        assert len(asked) == 1


def test_organisation_disconnected_in_the_middle_then_it_needs_somebody(kept: Case) -> None:
    kept.desk.xero.faults.add("disconnected", path=API + "Contacts", tenant_id=kept.books.tenant_id)
    told = kept.back_up()
    assert "Failed" in told
    assert "Xero no longer lets Ledgerkeep into this organisation." in told
    assert kept.organisation.state is LinkState.DISCONNECTED
    others = [one for one in kept.desk.organisations() if one.state is LinkState.ACTIVE]
    assert others
    kept.link()
    assert "Complete:" in kept.back_up()


def test_organisation_offline_from_the_start_then_the_backup_fails_and_the_copies_stand(kept: Case) -> None:
    kept.books.offline = True
    told = kept.back_up()
    assert "Failed" in told
    assert "offline" in told
    assert "The last good snapshot #1" in told
    kept.books.offline = False
    assert "Complete:" in kept.back_up()
    assert [one.number for one in kept.copies.snapshots()] == [1, 2]


def test_permission_missing_for_one_kind_then_it_is_named_and_its_records_stand(
    desk: Office, zoe: str
) -> None:
    case = Case(desk, person=zoe)
    case.link()
    case.back_up()
    contacts = case.stored("contacts")
    _take_back(desk, zoe, "accounting.contacts.read")
    told = case.back_up()
    assert "Complete with gaps" in told
    assert "Customers and suppliers (scope not granted)" in told
    assert "The permission to read it was not given." in told
    assert case.stored("contacts") == contacts
    assert contacts


def test_person_without_the_role_for_reports_then_they_are_named_and_the_rest_is_read(desk: Office) -> None:
    case = Case(desk, person="sam")
    case.link()
    told = case.back_up()
    assert "Complete with gaps" in told
    assert "The person who connected may not see it in Xero." in told
    assert case.organisation.state is LinkState.ACTIVE
    assert len(case.stored("invoices")) == len(case.books.shelf("Invoices"))


@pytest.mark.parametrize("kind", ["429_minute", "429_concurrent"])
def test_xero_asks_to_wait_then_the_backup_waits_and_is_complete(steady: Case, kind: str) -> None:
    steady.desk.xero.faults.add(kind, path=API + "*", nth=8, times=3, retry_after=1)
    assert "Complete:" in steady.back_up()


def test_day_is_spent_then_it_pauses_says_so_and_goes_on_by_itself_where_it_was(case: Case) -> None:
    case.desk.xero.faults.add("429_day", path=API + "Payments", retry_after=3)
    case.desk.slack.command(ANA, FINANCE, f"now {case.name}")
    case.desk.slack.wait_until(
        lambda: any("is paused" in one.text for one in summaries(case.desk, case.name)), 20
    )
    (paused,) = summaries(case.desk, case.name)
    assert "It goes on by itself" in case.desk.text(paused)
    before = len(case.calls())
    ended = case.end()
    assert "Complete:" in case.desk.text(ended)
    assert ended.ts == paused.ts
    again = {path.split("/")[0] for path in case.calls()[before:]}
    assert "Payments" in again
    assert not {"Organisation", "Accounts", "TaxRates", "Users"} & again


def test_paused_backup_is_stopped_then_it_ends_at_once(case: Case) -> None:
    case.desk.xero.faults.add("429_day", path=API + "Payments", retry_after=3600)
    case.desk.slack.command(ANA, FINANCE, f"now {case.name}")
    case.desk.slack.wait_until(
        lambda: any("is paused" in one.text for one in summaries(case.desk, case.name)), 20
    )
    (paused,) = summaries(case.desk, case.name)
    assert case.desk.slack.click(ANA, FINANCE, paused, "stop_backup").ok
    assert "Stopped" in case.desk.text(case.end())


@pytest.mark.parametrize("kind", ["500", "503_text", "200_html", "cut", "bad_gzip", "answer_lost"])
def test_one_kind_stays_broken_then_it_is_a_gap_and_its_records_stand(steady: Case, kind: str) -> None:
    before = steady.stored("payments")
    steady.desk.xero.faults.add(kind, path=API + "Payments", times=0)
    told = steady.back_up()
    assert "Complete with gaps" in told
    assert "Payments" in told
    assert "No longer in Xero" not in told
    assert steady.stored("payments") == before
    assert before


@pytest.mark.parametrize("kind", ["500", "200_html", "cut"])
def test_everything_stays_broken_then_it_fails_and_the_last_snapshot_stands(steady: Case, kind: str) -> None:
    last = len(steady.copies.snapshots())
    steady.desk.xero.faults.add(kind, path=API + "*", times=0)
    told = steady.back_up()
    assert "Failed" in told
    assert f"The last good snapshot #{last}" in told
    assert len(steady.copies.snapshots()) == last


def test_xero_works_again_then_the_next_backup_is_complete(steady: Case) -> None:
    assert "Complete:" in steady.back_up()


def test_slow_body_then_the_backup_is_complete(steady: Case) -> None:
    steady.desk.xero.faults.add("slow", path=API + "Invoices", seconds=1.0)
    assert "Complete:" in steady.back_up()


def test_fields_and_words_nobody_knows_are_kept_byte_for_byte(case: Case) -> None:
    record = next(iter(case.books.shelf("Invoices"))).record_id
    case.books.change(
        "Invoices", record, Status="ARCHIVED_BY_ORBIT", Orbit={"Höhe": 1.10, "u": "\u2028<&>", "n": None}
    )
    assert "Complete:" in case.back_up()
    served = case.desk.xero.served(case.books.tenant_id, "Invoices")
    assert case.stored("invoices") == served
    assert json.loads(served[record])["Status"] == "ARCHIVED_BY_ORBIT"


def test_amounts_of_ten_decimals_and_more_are_kept_as_they_are_written(case: Case) -> None:
    long = [b"1.1234567890", b"0.0000000001", b"99999999999.9999999999", b"-0.0", b"1.10e-7", b"1E400"]
    record = next(iter(case.books.shelf("Payments"))).record_id
    odd = [msgspec.Raw(one) for one in long]
    case.books.change("Payments", record, CurrencyRate=Decimal("2.1234567890"), Orbit=odd)
    assert "Complete:" in case.back_up()
    kept = case.stored("payments")
    assert kept == case.desk.xero.served(case.books.tenant_id, "Payments")
    assert all(one in kept[record] for one in [*long, b"2.1234567890"])


def test_collection_comes_back_empty_then_it_is_a_gap_and_never_a_deletion(steady: Case) -> None:
    before = steady.stored("invoices")
    steady.desk.xero.faults.add("empty_list", path=API + "Invoices", times=0)
    told = steady.back_up()
    assert "Complete with gaps" in told
    assert f"Xero sent none where there were {len(before)} before." in told
    assert "No longer in Xero" not in told
    assert steady.stored("invoices") == before
    steady.desk.xero.faults.clear()
    assert "Complete:" in steady.back_up()


def test_collection_shrinks_by_more_than_half_then_it_is_a_gap_and_never_a_deletion(kept: Case) -> None:
    before = kept.stored("invoices")
    gone = [one.record_id for one in kept.books.shelf("Invoices")][: len(before) * 2 // 3]
    for record_id in gone:
        kept.books.vanish("Invoices", record_id)
    told = kept.back_up()
    assert "Complete with gaps" in told
    assert f"Xero sent only {len(before) - len(gone)} where there were {len(before)} before." in told
    assert "No longer in Xero" not in told
    assert kept.stored("invoices").keys() == before.keys()


def test_record_that_vanished_is_counted_and_one_voided_too(kept: Case) -> None:
    invoices = [one.record_id for one in kept.books.shelf("Invoices")]
    kept.books.vanish("Invoices", invoices[0])
    kept.books.change("Invoices", invoices[1], Status="VOIDED")
    told = kept.back_up()
    assert "Complete:" in told
    assert "No longer in Xero" in told
    assert "Voided or deleted" in told
    assert invoices[0] not in kept.stored("invoices")
    first = kept.copies.snapshots()[0]
    assert kept.copies.record(first, "invoices", invoices[0]) is not None


def test_books_change_while_they_are_read_then_nothing_is_lost(case: Case) -> None:
    added: list[str] = []
    contact = next(iter(case.books.shelf("Contacts"))).record_id

    def drift() -> None:
        added.append(case.books.add_invoice())
        case.books.change("Contacts", contact, AccountNumber="drifted")
        case.books.touch("Payments", next(iter(case.books.shelf("Payments"))).record_id)

    case.desk.xero.faults.before(API + "Payments", 1, drift)
    assert "Complete:" in case.back_up()
    assert case.stored("invoices") == case.desk.xero.served(case.books.tenant_id, "Invoices")
    assert added[0] in case.stored("invoices")
    assert b"drifted" in case.stored("contacts")[contact]


def test_no_run_of_this_module_is_left_alive(desk: Office) -> None:
    assert desk.bot is not None
    assert [one for one in desk.bot.parts.runs.unfinished() if one.state is not RunState.PARKED] == []
