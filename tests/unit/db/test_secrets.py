"""Secret columns: bound to their row, moved to a new key, counted by key."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from bot.crypto import KeyRing, new_key
from bot.db.columns import Sealed
from bot.db.engine import Database
from bot.db.migrate import check_key_ring
from bot.db.secrets import key_usage, rotate, seal, unseal
from bot.db.tables import Consent, InstallationRow, Row, Workspace
from bot.errors import Damaged, WrongKey
from bot.vault.keys import unwrap, wrap

OLD, NEW = new_key("old"), new_key("new")
OLD_RING, BOTH, NEW_RING = KeyRing.parse(OLD), KeyRing.parse(f"{NEW},{OLD}"), KeyRing.parse(NEW)


def _fill(db: Database, ring: KeyRing, count: int) -> None:
    with db.session() as session:
        for number in range(count):
            session.add(
                Consent(
                    id=f"{number:032x}",
                    client_id="c",
                    access_sealed=seal(ring, "consents.access_sealed", f"{number:032x}", b"access"),
                    refresh_sealed=None,
                    created_at=db.now(),
                )
            )
        session.add(
            Workspace(id="w1", team_id="T1", data_key=wrap(ring, b"d" * 32, "w1"), created_at=db.now())
        )
        session.add(
            InstallationRow(
                id="i1", installed_at=db.now(), sealed=seal(ring, "installations.sealed", "i1", b"token")
            )
        )


def _assert_opens(db: Database, ring: KeyRing, count: int) -> None:
    with db.reading() as session:
        for consent in session.query(Consent):
            assert consent.access_sealed is not None
            assert unseal(ring, "consents.access_sealed", consent.id, consent.access_sealed) == b"access"
        assert session.query(Consent).count() == count
        key = session.get_one(Workspace, "w1").data_key
        assert key is not None
        assert unwrap(ring, key, "w1") == b"d" * 32
        installation = session.get_one(InstallationRow, "i1")
        assert unseal(ring, "installations.sealed", "i1", installation.sealed) == b"token"


def test_rotation_when_done_seals_everything_with_the_newest_key(database: Database) -> None:
    _fill(database, OLD_RING, 250)
    assert rotate(database, BOTH) == 252
    assert key_usage(database) == {"new": 252}
    _assert_opens(database, NEW_RING, 250)


def test_rotation_when_repeated_changes_nothing(database: Database) -> None:
    _fill(database, OLD_RING, 3)
    rotate(database, BOTH)
    assert rotate(database, BOTH) == 0


def test_rotation_when_the_old_key_is_missing_stops_and_changes_nothing_it_cannot_open(
    database: Database,
) -> None:
    _fill(database, OLD_RING, 3)
    with pytest.raises(WrongKey):
        rotate(database, NEW_RING)
    _assert_opens(database, OLD_RING, 3)


def test_rotation_when_done_lets_the_old_key_go(database: Database) -> None:
    check_key_ring(database, OLD_RING)
    _fill(database, OLD_RING, 1)
    with pytest.raises(WrongKey):
        check_key_ring(database, NEW_RING)
    rotate(database, BOTH)
    check_key_ring(database, NEW_RING)


def test_key_usage_when_half_is_rotated_counts_both(database: Database) -> None:
    _fill(database, OLD_RING, 2)
    with database.session() as session:
        row = session.get_one(Workspace, "w1")
        row.data_key = wrap(BOTH, b"d" * 32, "w1")
    assert key_usage(database) == {"old": 3, "new": 1}


def test_secret_when_copied_to_another_row_or_column_does_not_open() -> None:
    sealed = seal(OLD_RING, "consents.access_sealed", "a", b"token")
    assert unseal(OLD_RING, "consents.access_sealed", "a", sealed) == b"token"
    with pytest.raises(Damaged):
        unseal(OLD_RING, "consents.access_sealed", "b", sealed)
    with pytest.raises(Damaged):
        unseal(OLD_RING, "consents.refresh_sealed", "a", sealed)


def test_column_when_not_secret_cannot_be_sealed_for() -> None:
    with pytest.raises(KeyError):
        seal(OLD_RING, "consents.client_id", "a", b"x")


def test_columns_when_they_hold_bytes_are_all_marked_as_secret() -> None:
    for table in Row.metadata.sorted_tables:
        for column in table.columns:
            if "LargeBinary" in repr(column.type) or "BLOB" in str(column.type):
                assert isinstance(column.type, Sealed), f"{table.name}.{column.name}"


def test_bindings_when_compared_differ_from_column_to_column() -> None:
    bindings = [
        column.type.binding("1")
        for table in Row.metadata.sorted_tables
        for column in inspect(table).columns
        if isinstance(column.type, Sealed)
    ]
    assert len(set(bindings)) == len(bindings) == 9


def test_key_ring_when_it_is_the_same_at_the_next_start_is_accepted(database: Database) -> None:
    for ring in (OLD_RING, OLD_RING, BOTH):
        check_key_ring(database, ring)


def test_key_ring_when_it_is_another_is_refused(database: Database) -> None:
    check_key_ring(database, OLD_RING)
    with pytest.raises(WrongKey, match="ENCRYPTION_KEYS"):
        check_key_ring(database, NEW_RING)
