"""What a look at a new snapshot finds, stores and shows: real vault, real database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import select

from bot.crypto import KeyRing, new_key
from bot.db.engine import Database
from bot.db.tables import OrganisationRow, RunRow, Workspace
from bot.domain.backup import Run, RunState, Summary, Verdict
from bot.domain.findings import Noticed
from bot.domain.organisation import Organisation
from bot.domain.standing import Finding, FindingKind
from bot.errors import Refused
from bot.services.books import Books
from bot.services.looking import findings as service
from bot.services.looking.findings import Findings
from bot.services.organisations import Organisations
from bot.services.running import outlines
from bot.services.running.runs import Runs, as_run
from bot.vault import SnapshotInfo, Store, Vault
from tests.conftest import Clock

AT = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
LOCK = date(2026, 3, 31)
Records = dict[str, dict[str, Any]]
State = dict[str, Records]


def ticks(at: datetime) -> str:
    return f"/Date({int(at.timestamp() * 1000)}+0000)/"


def on(day: date) -> str:
    return ticks(datetime(day.year, day.month, day.day, tzinfo=UTC))


def invoice(number: int, day: date = LOCK, **changed: Any) -> dict[str, Any]:
    return {
        "InvoiceID": f"i{number}",
        "InvoiceNumber": f"INV-{number}",
        "Contact": {"Name": "Kauri Timber"},
        "Type": "ACCPAY",
        "Status": "AUTHORISED",
        "Date": on(day),
        "LineItems": [{"AccountCode": "400", "LineAmount": 10}],
        "Total": 10,
        **changed,
    }


def company(**changed: Any) -> Records:
    return {"o": {"Name": "Harbour", "PeriodLockDate": on(LOCK), **changed}}


def supplier(account: str = "12-3456-7890123-00") -> dict[str, Any]:
    return {"Name": "Kauri Timber", "IsSupplier": True, "BankAccountDetails": account}


@dataclass
class House:
    """An organisation whose backups are written down as the bot does."""

    db: Database
    books: Books
    findings: Findings
    organisation: Organisation

    def back_up(self, name: str, state: Mapping[str, Records], *, whole: bool = True) -> SnapshotInfo:
        """Publish a snapshot of this state as the run `name`, and end the run."""
        draft = self.books.of(self.organisation).draft(name, AT)
        for resource, records in state.items():
            stage = draft.stage(resource)
            for record_id, fields in records.items():
                stage.add(resource, record_id, json.dumps(fields).encode())
            stage.finish(resource, complete=whole, facts={})
            stage.seal({})
        snapshot = draft.publish({})
        with self.db.session() as session:
            row = RunRow(
                id=name,
                organisation_id=self.organisation.id,
                kind="backup",
                state=RunState.COMPLETE,
                requested_at=AT,
                finished_at=AT,
                snapshot_id=snapshot.id,
                progress={},
            )
            session.add(row)
            session.flush()
            row.outline = outlines.as_json(outlines.outline_of(_summary(as_run(session, row))))
        return snapshot

    def compared(self, before: State, after: State) -> tuple[Finding, ...]:
        """Back up twice and look."""
        self.back_up("first", before)
        self.back_up("second", after)
        return self.findings.look("second")


def _summary(run: Run) -> Summary:
    return Summary(run=run, verdict=Verdict.COMPLETE)


@pytest.fixture
def house(sqlite_database: Database, clock: Clock, tmp_path: Path) -> House:
    db, ring = sqlite_database, KeyRing.parse(new_key("k"))
    vault = Vault(Store.open(f"file://{tmp_path}/vault", {}), ring, tmp_path / "cache", now=clock)
    with db.session() as session:
        session.add(Workspace(id="w", team_id="T", created_at=AT))
        session.flush()
        session.add(
            OrganisationRow(
                id="org",
                workspace_id="w",
                tenant_id="t",
                state_since=AT,
                name="Harbour",
                linked_by="U",
                linked_at=AT,
                facts={"name": "Harbour"},
            )
        )
    organisations, books = Organisations(db), Books(db, ring, vault)
    found = Findings(db, organisations=organisations, runs=Runs(db, now=clock), books=books, now=clock)
    return House(db, books, found, organisations.get("org"))


def test_look_when_nothing_unusual_changed_then_nothing(house: House) -> None:
    state: State = {"organisation": company(), "contacts": {"c": supplier()}, "invoices": {"i1": invoice(1)}}
    later: State = {
        **state,
        "invoices": {"i1": invoice(1, AmountPaid=10, Status="PAID"), "i2": invoice(2, date(2026, 9, 1))},
    }
    assert house.compared(state, later) == ()


def test_look_when_it_is_the_first_snapshot_then_nothing(house: House) -> None:
    house.back_up("first", {"organisation": company(), "invoices": {"i1": invoice(1)}})
    assert house.findings.look("first") == ()


def test_look_when_a_supplier_is_paid_elsewhere_then_counted_stored_and_shown_masked(house: House) -> None:
    before: State = {"contacts": {"c1": supplier(), "c2": supplier()}}
    found = house.compared(before, {"contacts": {"c1": supplier("01-0001-0009999-00"), "c2": supplier()}})
    assert found == (Finding(kind=FindingKind.BANK_DETAILS, count=1),)
    assert house.findings.of("second") == found
    (detail,) = house.findings.details(house.organisation, "second")
    assert detail.records == (
        Noticed(name="Kauri Timber", kind="contacts", before="•••• 2300", after="•••• 9900"),
    )


def test_look_when_ten_documents_are_voided_within_an_hour_then_they_are_counted(house: House) -> None:
    live = {f"i{n}": invoice(n, date(2026, 9, 1)) for n in range(12)}
    voided = {
        key: {**one, "Status": "VOIDED", "UpdatedDateUTC": ticks(AT + timedelta(minutes=n * 4))}
        for n, (key, one) in enumerate(live.items())
    }
    payments = {f"p{n}": {"Status": "AUTHORISED", "Date": on(date(2026, 9, 1))} for n in range(3)}
    deleted = {
        key: {**one, "Status": "DELETED", "UpdatedDateUTC": ticks(AT)} for key, one in payments.items()
    }
    found = house.compared(
        {"invoices": live, "payments": payments}, {"invoices": voided, "payments": deleted}
    )
    assert found == (Finding(kind=FindingKind.MANY_VOIDS, count=15, detail="1 Oct 2026"),)
    (detail,) = house.findings.details(house.organisation, "second")
    assert detail.records[0] == Noticed(
        kind="invoices", name="Kauri Timber", document="INV-0", on=date(2026, 9, 1), after="VOIDED"
    )


def test_look_when_entries_are_dated_before_the_lock_then_by_the_lock_as_it_was(house: House) -> None:
    before: State = {"organisation": company(), "invoices": {"i1": invoice(1), "i2": invoice(2)}}
    after: State = {
        "organisation": company(PeriodLockDate=on(date(2026, 2, 28))),
        "invoices": {"i1": invoice(1, Total=99), "i2": invoice(2, Reference="r"), "i3": invoice(3)},
    }
    assert house.compared(before, after) == (
        Finding(kind=FindingKind.BEFORE_LOCK, count=2, detail="31 Mar 2026; since moved back to 28 Feb 2026"),
    )


@pytest.mark.parametrize(
    ("lock", "found"),
    [
        (None, (Finding(kind=FindingKind.BEFORE_LOCK, count=0, detail="31 Mar 2026; since taken away"),)),
        (on(date(2026, 6, 30)), ()),
        (on(LOCK), ()),
    ],
)
def test_look_when_only_the_lock_date_changed_then_told_unless_it_moved_on(
    house: House, lock: str | None, found: tuple[Finding, ...]
) -> None:
    changed = company(PeriodLockDate=lock, Phone="1")
    assert house.compared({"organisation": company()}, {"organisation": changed}) == found


def test_look_when_many_records_are_gone_then_the_share_is_told(house: House) -> None:
    items = {f"n{n:03}": {"Name": str(n)} for n in range(200)}
    left = dict(list(items.items())[:170])
    assert house.compared({"items": items}, {"items": left}) == (
        Finding(kind=FindingKind.DROP, count=30, resource="items", detail="15 %"),
    )


def test_look_when_the_copy_before_was_not_whole_then_nothing_counts_as_new(house: House) -> None:
    house.back_up("first", {"organisation": company(), "invoices": {"i1": invoice(1)}}, whole=False)
    house.back_up("second", {"organisation": company(), "invoices": {"i1": invoice(1), "i2": invoice(2)}})
    assert house.findings.look("second") == ()


def test_look_when_more_changed_than_one_look_opens_then_at_least(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "EXAMINED", 3)
    before = {f"i{n}": invoice(n) for n in range(8)}
    after = {key: {**one, "Total": 11} for key, one in before.items()}
    found = house.compared(
        {"organisation": company(), "invoices": before}, {"organisation": company(), "invoices": after}
    )
    assert found == (Finding(kind=FindingKind.BEFORE_LOCK, count=3, detail="31 Mar 2026", at_least=True),)


def test_look_when_repeated_then_the_same_and_the_rest_of_the_outline_stays(house: House) -> None:
    first = house.compared({"contacts": {"c": supplier()}}, {"contacts": {"c": supplier("99")}})
    with house.db.reading() as session:
        before = dict(session.get_one(RunRow, "second").outline or {})
    assert house.findings.look("second") == first
    with house.db.reading() as session:
        assert session.get_one(RunRow, "second").outline == before
    assert before["verdict"] == "Complete"


def test_look_when_stored_then_neither_database_nor_log_knows_a_name_or_an_account(house: House) -> None:
    with structlog.testing.capture_logs() as logged:
        house.compared({"contacts": {"c": supplier()}}, {"contacts": {"c": supplier("01-0001-0009999-00")}})
        house.findings.details(house.organisation, "second")
    with house.db.reading() as session:
        stored = json.dumps([row.outline for row in session.scalars(select(RunRow))])
    for secret in ("Kauri", "9900", "2300", "0009999"):
        assert secret not in stored + repr(logged)


def test_look_when_the_vault_is_damaged_then_the_backup_stands_without_it(
    house: House, tmp_path: Path
) -> None:
    house.back_up("first", {"contacts": {"c": supplier()}})
    house.back_up("second", {"contacts": {"c": supplier("99")}})
    for pack in (tmp_path / "vault").rglob("packs/**/*"):
        if pack.is_file():
            pack.chmod(0o600)
            pack.write_bytes(b"\0" * pack.stat().st_size)
    with structlog.testing.capture_logs() as logged:
        assert house.findings.look("second") == ()
    assert [one["event"] for one in logged] == ["findings_not_looked_for"]
    assert house.findings.of("second") == ()


def test_look_when_the_run_is_unknown_then_nothing(house: House) -> None:
    assert house.findings.look("nobody") == ()
    assert house.findings.of("nobody") == ()


def test_details_when_a_copy_is_no_longer_kept_then_said_in_a_sentence(house: House) -> None:
    for name, account in (("first", "1"), ("second", "2"), ("third", "3")):
        house.back_up(name, {"contacts": {"c": supplier(account)}})
    numbers = [one.number for one in house.books.of(house.organisation).snapshots()]
    house.books.of(house.organisation).prune(numbers[:1])
    assert house.findings.details(house.organisation, "third")
    with pytest.raises(Refused, match="copies before this backup are no longer kept"):
        house.findings.details(house.organisation, "second")
    with pytest.raises(Refused, match="This backup's copies are no longer kept"):
        house.findings.details(house.organisation, "first")
