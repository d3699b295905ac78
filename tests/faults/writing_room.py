"""A small restore to be written and broken: a few kinds, a made-up copy, a pretend Xero, a write book.

Contacts and invoices go in batches; bank transactions have no natural key and some are alike; groups stand or
fall as a batch; accounts go one at a time. One contact has a name Xero refuses, so what needs it is skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.crypto import KeyRing
from bot.db.engine import Database
from bot.db.restore_tables import RestoreRow
from bot.db.tables import Consent, OrganisationRow, RunRow, Workspace
from bot.domain.organisation import OrganisationFacts
from bot.domain.restore_plan import Action
from bot.restore.apply import Applier, endpoints
from bot.restore.model import IdMap, Json, Kind, Pair, Plan, Settle, Step
from bot.restore.source import MemorySource
from bot.restore.writes import Write, cut
from bot.sandbox.xero import PretendOrganisation, PretendXero
from bot.services.restoring.writebook import WriteBook
from bot.xero.app import XeroApp
from bot.xero.limits import Pace
from bot.xero.oauth import OAuth, TokenSet, authorize_url
from bot.xero.writing import XeroWriter

RESTORE, SOURCE, TARGET, WORKSPACE = "r" * 32, "s" * 32, "t" * 32, "w" * 32
BACK = "http://localhost:3000/xero/callback"
SCOPES = (
    "offline_access",
    "accounting.settings",
    "accounting.contacts",
    "accounting.invoices",
    "accounting.banktransactions",
)
REFUSED = "c-007"  # a contact whose name is taken


def _nothing(_ground: Any) -> Iterator[Step]:
    return iter(())


def _account(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    del step, ids
    return {key: record[key] for key in ("Code", "Name", "Type", "BankAccountNumber")}


def _contact(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    del step, ids
    return {"Name": record["Name"]}


def _invoice(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    del step
    return {
        "Type": "ACCREC",
        "InvoiceNumber": record["InvoiceNumber"],
        "Contact": {"ContactID": ids.need("contacts", record["Contact"]["ContactID"])},
        "Date": "2026-03-01",
        "DueDate": "2026-03-31",
        "LineAmountTypes": "NoTax",
        "Status": "DRAFT",
        "LineItems": [{"Description": "Hull", "Quantity": Decimal(1), "UnitAmount": record["Total"]}],
    }


def _bank_line(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    del step
    return {
        "Type": "SPEND",
        "Contact": {"ContactID": ids.need("contacts", "c-000")},
        "BankAccount": {"AccountID": ids.need("accounts", "a-0")},
        "Date": "2026-03-02",
        "LineAmountTypes": "NoTax",
        "Reference": record["Reference"],
        "LineItems": [
            {"Description": "Rope", "Quantity": 1, "UnitAmount": record["Total"], "AccountCode": "429"}
        ],
    }


def _amount(row: Mapping[str, Any]) -> Decimal:
    lines = row.get("LineItems") or ()
    return sum((Decimal(str(one["UnitAmount"])) for one in lines), Decimal(0))


def _kind(key: str, path: str, id_field: str, payload: Any, **more: Any) -> Kind:
    standard = {
        "resource": key,
        "title": key.capitalize(),
        "stage": 10,
        "verb": "PUT",
        "collection": path,
        "plan": _nothing,
        "write_scope": "",
    }
    return Kind(key=key, path=path, id_field=id_field, payload=payload, **standard | more)


def _look(path: str, likeness: Callable[[Mapping[str, Any]], Any], **more: Any) -> Settle:
    return Settle(path=path, collection=path, likeness=likeness, **more)


KINDS = (
    _kind(
        "accounts", "Accounts", "AccountID", _account,
        batch=1, params={}, settle=_look("Accounts", lambda row: row.get("Code"), by_time=True),
    ),
    _kind(
        "contact_groups", "ContactGroups", "ContactGroupID", _contact,
        params={}, settle=_look("ContactGroups", lambda row: row.get("Name")),
    ),
    _kind(
        "contacts", "Contacts", "ContactID", _contact,
        settle=_look("Contacts", lambda row: row.get("Name"), by_time=True, paged=True),
    ),
    _kind(
        "invoices", "Invoices", "InvoiceID", _invoice,
        settle=_look("Invoices", lambda row: row.get("InvoiceNumber"), by_time=True, paged=True),
    ),
    _kind(
        "bank_transactions", "BankTransactions", "BankTransactionID", _bank_line,
        settle=_look(
            "BankTransactions", lambda row: (row.get("Reference"), _amount(row)), by_time=True, paged=True
        ),
    ),
)  # fmt: skip
KIND = {kind.key: kind for kind in KINDS}


def copy_of(size: int = 120) -> MemorySource:
    """Make the records of a copy."""
    names = {f"c-{place:03}": f"Skipper {place}" for place in range(size)} | {REFUSED: "Skipper 6"}
    records = {
        "accounts": {
            "a-0": {"Code": "091", "Name": "Till", "Type": "BANK", "BankAccountNumber": "20000012345678"}
        },
        # The fourth group's name is taken by the second.
        "contact_groups": {
            f"g-{place}": {"Name": f"Crew {place if place != 3 else 1}"} for place in range(6)
        },
        "contacts": {key: {"ContactID": key, "Name": name} for key, name in names.items()},
        "invoices": {
            f"i-{place:03}": {
                "InvoiceNumber": f"INV-{place:04}",
                "Contact": {"ContactID": f"c-{place % size:03}"},
                "Total": Decimal(place + 1),
            }
            for place in range(size)
        },
        # Two of each reference are alike in every field.
        "bank_transactions": {
            f"b-{place:03}": {"Reference": f"R{place // 2}", "Total": Decimal("12.50")}
            for place in range(size)
        },
    }
    return MemorySource(OrganisationFacts(name="Source"), records)


def plan_of(source: MemorySource) -> Plan:
    """Create everything."""
    steps = [
        Step(kind.key, record_id, Action.CREATE)
        for kind in KINDS
        for record_id in sorted(source._records.get(kind.key, {}))
    ]
    left_out = Step("contacts", "c-gone", Action.LEAVE_OUT)
    matched = Step("contacts", "c-known", Action.MATCH, target_key="known")
    return Plan(steps=(*steps, left_out, matched), fingerprint="f")


def fill(db: Database, tenant_id: str, *, now: datetime) -> None:
    """Store workspace, organisations, run and a running restore."""
    with db.session() as session:
        session.add(Workspace(id=WORKSPACE, team_id="T1", created_at=now))
        session.add(Consent(id="consent", client_id="c", created_at=now))
        session.flush()
        for key, tenant in ((SOURCE, "tenant-of-the-source"), (TARGET, tenant_id)):
            session.add(
                OrganisationRow(
                    id=key, workspace_id=WORKSPACE, tenant_id=tenant, consent_id="consent", name=key,
                    state_since=now, linked_by="U1", linked_at=now,
                )
            )  # fmt: skip
        session.flush()
        session.add(
            RunRow(id="run", organisation_id=TARGET, kind="restore", state="running", requested_at=now)
        )
        session.add(
            RestoreRow(
                id=RESTORE, workspace_id=WORKSPACE, source_id=SOURCE, target_id=TARGET, snapshot_id="snap",
                state="running", state_since=now, requested_by="U1", requested_at=now, run_id="run",
                expires_at=now + timedelta(days=7),
            )
        )  # fmt: skip


class Killed(BaseException):
    """Ends the work at once, as a kill does: nothing handles it."""


class Bomb(WriteBook):
    """A write book in whose process the power goes at one of its commits."""

    left = 0

    def _tick(self) -> None:
        Bomb.left -= 1
        if Bomb.left == 0:
            raise Killed

    def intend(self, *args: Any, **more: Any) -> Any:
        self._tick()
        intent = super().intend(*args, **more)
        self._tick()
        return intent

    def answered(self, *args: Any, **more: Any) -> None:
        self._tick()
        super().answered(*args, **more)
        self._tick()


@dataclass
class Room:
    """One restore at work; `again` is a new process, with nothing in its memory."""

    xero: PretendXero
    org: PretendOrganisation
    app: XeroApp
    tokens: TokenSet
    db: Database
    ring: KeyRing
    clock: Any
    source: MemorySource
    sleep: Callable[[float], None]
    book_class: Callable[..., WriteBook] = WriteBook
    allowed: list[bool] = field(default_factory=lambda: [True])

    def book(self) -> WriteBook:
        return self.book_class(self.db, self.ring, RESTORE, now=self.clock)

    def begin(self) -> WriteBook:
        book = self.book()
        book.begin(plan_of(self.source), [Pair("contacts", "c-known", "known")])
        return book

    def writer(self, **more: Any) -> XeroWriter:
        pace = Pace(
            lambda: 0.0, lambda _: None, sleep=self.sleep, now=self.clock, stop=more.pop("stop", None)
        )
        standard = {"endpoints": endpoints(KINDS), "still_allowed": lambda: self.allowed[0]}
        return XeroWriter(
            self.app, self.org.tenant_id, token=self._token, pace=pace, now=self.clock, **standard | more
        )

    def _token(self, force: bool) -> str:
        if force:
            self.tokens = OAuth(self.app, now=self.clock).refresh(self.tokens.refresh_token)
        return self.tokens.access_token

    def write_all(self, book: WriteBook | None = None, **more: Any) -> WriteBook:
        """Write what is left, as one process does."""
        book = book or self.book()
        with self.writer(**more) as writer:
            applier = Applier(self.source, writer, book, now=self.clock)
            for write in writes(book):
                applier.write(write)
        return book

    def shelf(self, collection: str) -> list[dict[str, Any]]:
        return [record.fields for record in self.org.shelf(collection)]

    def puts(self, collection: str) -> int:
        """Count the calls that wrote to a collection."""
        return sum(call.path.endswith(f"/{collection}") for call in self.org.writes)


def writes(book: WriteBook) -> Iterator[Write]:
    """Cut the steps that the book holds."""
    return cut(book.steps(), KIND)


def open_room(
    url: str, clock: Any, ring: KeyRing, *, size: int = 120, book_class: Callable[..., WriteBook] = WriteBook
) -> Iterator[Room]:
    """Give a room over a database that is migrated already, and tidy up after it."""
    xero = PretendXero(now=clock, organisations=(), calls_per_minute=100_000, calls_per_day=100_000)
    address = xero.start()
    org = xero.open_organisation("fresh-uk")
    app = XeroApp(
        client_id=xero.client_id, client_secret=xero.client_secret, redirect_uri=BACK, login_url=address,
        identity_url=address, api_url=address, timeout_seconds=5.0,
    )  # fmt: skip
    back = xero.consent(authorize_url(app, state="s", scopes=SCOPES), "fresh-uk")
    tokens = OAuth(app, now=clock).exchange(parse_qs(urlsplit(back).query)["code"][0])
    db = Database.open(url, now=clock)
    fill(db, org.tenant_id, now=clock())
    sleep = getattr(clock, "sleep", lambda _: None)
    yield Room(xero, org, app, tokens, db, ring, clock, copy_of(size), sleep, book_class)
    db.close()
    xero.stop()


def require_whole(room: Room, book: WriteBook) -> None:
    """Hold the target against the copy: everything there once, nothing twice, every step over."""
    size = len(room.source._records["contacts"])
    took = Counter((one.step.kind, one.state.value) for one in book.outcomes() if one.step.writes)
    assert took == {
        ("accounts", "done"): 1,
        ("contact_groups", "done"): 5,
        ("contact_groups", "refused"): 1,
        ("contacts", "done"): size - 1,
        ("contacts", "refused"): 1,
        ("invoices", "done"): size - 1,
        ("invoices", "skipped"): 1,
        ("bank_transactions", "done"): size,
    }
    assert Counter(row["Name"] for row in room.shelf("Contacts")) == Counter(
        f"Skipper {place}" for place in range(size) if place != 7
    )
    assert sorted(row["Name"] for row in room.shelf("ContactGroups")) == [
        f"Crew {n}" for n in (0, 1, 2, 4, 5)
    ]
    numbers = Counter(row["InvoiceNumber"] for row in room.shelf("Invoices"))
    assert numbers == Counter(f"INV-{place:04}" for place in range(size) if place != 7)
    lines = Counter(row["Reference"] for row in room.shelf("BankTransactions"))
    assert lines == Counter(f"R{place // 2}" for place in range(size))
    taken = [one.target_key for one in book.created()]
    assert len(set(taken)) == len(taken)
    require_true(room, book)


def require_true(room: Room, book: WriteBook) -> None:
    """Hold the id map against what each record became."""
    names = {row["ContactID"]: row["Name"] for row in room.shelf("Contacts")}
    for source, target in book.ids.known("contacts").items():
        if source != "c-known":
            assert names[target] == room.source.record("contacts", source)["Name"]
    numbers = {row["InvoiceID"]: row["InvoiceNumber"] for row in room.shelf("Invoices")}
    for source, target in book.ids.known("invoices").items():
        assert numbers[target] == room.source.record("invoices", source)["InvoiceNumber"]
    references = {row["BankTransactionID"]: row["Reference"] for row in room.shelf("BankTransactions")}
    for source, target in book.ids.known("bank_transactions").items():
        assert references[target] == room.source.record("bank_transactions", source)["Reference"]
