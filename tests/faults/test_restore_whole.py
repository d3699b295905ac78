"""A whole company restored on bad days, by every kind of write there is: it ends as on a good day."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import stamina

from bot.catalogue import backup_scopes, reading_now
from bot.crypto import KeyRing, new_key
from bot.db.engine import Database
from bot.domain.restore_plan import Choice
from bot.errors import OutcomeUnknown
from bot.restore.apply import Applier, endpoints
from bot.restore.effort import DayAllowance
from bot.restore.planner import KIND, KINDS, MadePlan, Order, make_plan
from bot.restore.source import MemorySource, decode
from bot.restore.target_reading import read_target
from bot.restore.writes import cut
from bot.sandbox.xero import PretendOrganisation, PretendXero
from bot.services.restoring.writebook import WriteBook
from bot.services.xero import read_facts
from bot.xero.app import XeroApp
from bot.xero.client import XeroClient
from bot.xero.limits import Pace
from bot.xero.oauth import OAuth, TokenSet, authorize_url
from bot.xero.reading import Reader
from bot.xero.writing import XeroWriter
from tests.faults.writing_room import BACK, RESTORE, Bomb, Killed, fill

API = "/api.xro/2.0/"
WHAT = ("settings", "contacts", "invoices", "payments", "banktransactions", "manualjournals", "attachments")
WRITING = ("offline_access", *(f"accounting.{one}" for one in WHAT))
COLLECTIONS = (
    "Accounts", "BankTransactions", "BankTransfers", "BatchPayments", "ContactGroups", "Contacts",
    "CreditNotes", "Currencies", "Invoices", "Items", "LinkedTransactions", "ManualJournals", "Overpayments",
    "Payments", "Prepayments", "PurchaseOrders", "Quotes", "RepeatingInvoices", "TaxRates",
    "TrackingCategories",
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@dataclass
class Whole:
    """A company, a new organisation, and the plan from one to the other."""

    xero: PretendXero
    org: PretendOrganisation
    app: XeroApp
    clock: Any
    source: MemorySource
    made: MadePlan
    tokens: TokenSet
    db: Database
    ring: KeyRing

    def book(self, kind: Callable[..., WriteBook] = WriteBook) -> WriteBook:
        return kind(self.db, self.ring, RESTORE, now=self.clock)

    def write(self, book: WriteBook) -> int:
        with XeroWriter(
            self.app, self.org.tenant_id, token=self.token, pace=_pace(self.clock), now=self.clock,
            endpoints=endpoints(KINDS), still_allowed=lambda: True,
        ) as writer:  # fmt: skip
            applier = Applier(self.source, writer, book, now=self.clock)
            for write in cut(book.steps(), KIND):
                applier.write(write)
            return writer.calls

    def token(self, force: bool) -> str:
        if force:
            self.tokens = OAuth(self.app, now=self.clock).refresh(self.tokens.refresh_token)
        return self.tokens.access_token

    def there(self) -> dict[str, int]:
        return {name: len(list(self.org.shelf(name))) for name in COLLECTIONS}

    def states(self) -> Mapping[Any, int]:
        return self.book().by_state()


def _pace(clock: Any) -> Pace:
    return Pace(lambda: 0.0, lambda _: None, sleep=clock.sleep, now=clock)


@contextmanager
def _company(url: str, clock: Any) -> Iterator[Whole]:
    xero = PretendXero(now=clock, organisations=("lively",), calls_per_minute=10**6, calls_per_day=10**6)
    address = xero.start()
    org = xero.open_organisation("fresh-uk")
    app = XeroApp(
        client_id=xero.client_id, client_secret=xero.client_secret, redirect_uri=BACK, login_url=address,
        identity_url=address, api_url=address, timeout_seconds=5.0,
    )  # fmt: skip
    source = _read(xero, app, clock)
    tokens = _consent(xero, app, clock, "fresh-uk", WRITING)
    with XeroClient(
        app, org.tenant_id, token=lambda _: tokens.access_token, pace=_pace(clock), now=clock
    ) as one:
        state = read_target(one, organisation_id="t", tenant_id=org.tenant_id, scopes=frozenset(WRITING))
    order = Order(source_id="s", target_id="t", choice=Choice(), snapshot_taken_at=clock())
    allowance = DayAllowance(calls_per_day=5000, calls_per_minute=60)
    made = make_plan(source, state, order, allowance=allowance, limits=(), now=clock())
    db = Database.open(url, now=clock)
    fill(db, org.tenant_id, now=clock())
    whole = Whole(xero, org, app, clock, source, made, tokens, db, KeyRing.parse(new_key("test")))
    whole.book().begin(made.plan, made.pairs)
    yield whole
    db.close()
    xero.stop()


def _consent(xero: PretendXero, app: XeroApp, clock: Any, key: str, scopes: Any) -> TokenSet:
    back = xero.consent(authorize_url(app, state="s", scopes=tuple(scopes)), key)
    return OAuth(app, now=clock).exchange(parse_qs(urlsplit(back).query)["code"][0])


def _read(xero: PretendXero, app: XeroApp, clock: Any) -> MemorySource:
    tokens = _consent(xero, app, clock, "lively", backup_scopes())
    wanted = {kind.resource for kind in KINDS} | {"users", "budgets", "organisation"}
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    tenant = xero.organisation("lively").tenant_id
    with XeroClient(app, tenant, token=lambda _: tokens.access_token, pace=_pace(clock), now=clock) as client:
        Reader(client, now=clock, today=clock().date(), concurrency=1).read(
            [one for one in reading_now() if one.key in wanted],
            lambda one, rows: found[one.key].update({row.record_id: decode(row.raw) for row in rows}),
            lambda *_: None,
            lambda key: tuple(found[key]),
        )
        return MemorySource(read_facts(client), found)


@pytest.fixture
def whole(sqlite_url: str, clock: Any) -> Iterator[Whole]:
    with _company(sqlite_url, clock) as company:
        yield company


@pytest.fixture(scope="module")
def good_day(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any, Any]:
    """What is there, and how the steps ended, when nothing breaks."""
    from shutil import copy

    from tests.conftest import Clock

    path = tmp_path_factory.mktemp("good") / "app.db"
    copy(sqlite_template, path)
    with stamina.set_testing(True), _company(f"sqlite:///{path}", Clock()) as company:
        company.write(company.book())
        return company.there(), company.states(), _money(company)


def _money(company: Whole) -> Counter[Any]:
    """Say what each document of the source became, in money."""
    found: Counter[Any] = Counter()
    ids = company.book().ids
    for resource, collection, field in (
        ("invoices", "Invoices", "Total"),
        ("credit_notes", "CreditNotes", "Total"),
        ("payments", "Payments", "Amount"),
        ("bank_transactions", "BankTransactions", "Total"),
        ("bank_transfers", "BankTransfers", "Amount"),
    ):
        rows = {one.record_id: one.fields for one in company.org.shelf(collection)}
        for source, target in ids.known(resource).items():
            was = Decimal(str(company.source.record(resource, source)[field]))
            found[resource, was, Decimal(str(rows[target][field]))] += 1
    return found


def test_company_when_every_answer_is_lost_for_longer_than_xero_remembers_then_all_is_recognised(
    whole: Whole, good_day: Any
) -> None:
    for pattern in {re.sub(r"{.*?}", "*", kind.path) for kind in KINDS if kind.settle and kind.verb == "PUT"}:
        whole.xero.faults.add(
            "answer_lost", path=API + pattern, method="PUT", times=0, hook=lambda: whole.clock.advance(400)
        )
    whole.write(whole.book())
    whole.xero.faults.clear()
    assert (whole.there(), whole.states(), _money(whole)) == good_day


def test_company_when_every_first_answer_is_lost_then_xero_repeats_it(whole: Whole, good_day: Any) -> None:
    for nth in range(1, 400, 2):
        whole.xero.faults.add("answer_lost", path=f"{API}*", method="P*", nth=nth)
    whole.write(whole.book())
    assert (whole.there(), whole.states(), _money(whole)) == good_day


@pytest.mark.parametrize("seed", range(1))
def test_company_when_killed_again_and_again_then_the_target_ends_as_on_a_good_day(
    whole: Whole, good_day: Any, seed: int
) -> None:
    dice, kills = random.Random(seed), 0
    while True:
        Bomb.left = dice.randint(1, 60)
        lost = dice.choice(["answer_lost", "500_after", "request_lost", "503_text"])
        whole.xero.faults.add(
            lost, path=f"{API}*", method="PUT", nth=dice.randint(1, 9), times=dice.randint(1, 4)
        )
        try:
            whole.write(whole.book(Bomb))
        except (Killed, OutcomeUnknown):
            kills += 1
            whole.xero.faults.clear()
            whole.clock.advance(dice.choice([1, 100, 299, 301, 900]))
            continue
        break
    assert kills > 5
    assert whole.book().counts().left == 0
    assert (whole.there(), whole.states(), _money(whole)) == good_day
