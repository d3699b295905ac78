"""Every byte of a data folder is searched for planted secrets: in clear, base64 and hex."""

from __future__ import annotations

import base64
import secrets
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk.oauth.installation_store.models.installation import Installation

from bot.crypto import KeyRing, new_key
from bot.db.engine import Database
from bot.db.migrate import check_key_ring, migrate
from bot.db.secrets import rotate, seal
from bot.db.tables import Consent, Workspace
from bot.log import get_logger, setup_logging
from bot.queue import Queue
from bot.slack.installations import SealedInstallations, TicketStates
from bot.vault import Store, Vault, new_data_key, wrap
from tests.conftest import Clock

RECORD = (
    b'{"InvoiceID":"i1","Contact":{"Name":"Planted Widgets Ltd"},"Total":91827.36,"Account":"12-3456-0789"}'
)
PLANTED = (b"Planted Widgets", b"91827.36", b"12-3456-0789")


def _plant(folder: Path, clock: Clock) -> list[bytes]:
    """Use everything that keeps secrets; give the secrets."""
    old, new = new_key("old"), new_key("new")
    ring = KeyRing.parse(old)
    db = Database.open(f"sqlite:///{folder}/app.db", now=clock)
    migrate(db, backup_to=folder)
    check_key_ring(db, ring)
    tokens = [f"{kind}{secrets.token_urlsafe(24)}" for kind in ("xoxb-", "xoxp-", "eyJ", "xero-refresh-")]
    states = TicketStates(db, now=clock)
    used, unused = states.issue(), states.issue()
    assert states.consume(used)
    SealedInstallations(db, ring).save(
        Installation(
            team_id="T1",
            bot_token=tokens[0],
            bot_id="B1",
            bot_user_id="UB",
            user_id="U1",
            user_token=tokens[1],
            installed_at=1000.0,
        )
    )
    data_key = new_data_key()
    with db.session() as session:
        session.add(Workspace(id="w1", team_id="T1", data_key=wrap(ring, data_key, "w1"), created_at=clock()))
        consent = Consent(id="c1", client_id="c", created_at=clock())
        consent.access_sealed = seal(ring, "consents.access_sealed", "c1", tokens[2].encode())
        consent.refresh_sealed = seal(ring, "consents.refresh_sealed", "c1", tokens[3].encode())
        session.add(consent)
    _back_up(folder, ring, data_key, clock)
    queue = Queue(f"sqlite:///{folder}/jobs.db")
    queue.close()
    rotate(db, KeyRing.parse(f"{new},{old}"))
    keys = [base64.urlsafe_b64decode(key.partition(":")[2] + "=") for key in (old, new)]
    # Looked at while the database is open, so that its log and its shared memory are on disk too.
    assert {"app.db", "app.db-wal", "app.db-shm"} <= {one.name for one in folder.iterdir()}
    found = [*(token.encode() for token in tokens), used.encode(), unused.encode(), data_key, *keys, *PLANTED]
    _search(folder, found)
    db.close()
    return found


def _back_up(folder: Path, ring: KeyRing, data_key: bytes, clock: Clock) -> None:
    vault = Vault(Store.open(f"file://{folder}/vault", {}), ring, folder / "cache", now=clock, tool="test")
    books = vault.books("w1", "o1", data_key)
    draft = books.draft("run 1", clock())
    stage = draft.stage("invoices")
    stage.add("invoices", "i1", RECORD)
    stage.finish("invoices", complete=True, facts={})
    stage.seal({"read": 1})
    snapshot = draft.publish({"organisation": "Planted Widgets Ltd"})
    assert [one.raw for one in books.records(snapshot, "invoices")] == [RECORD]


def _forms(secret: bytes) -> Iterator[bytes]:
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    yield secret.decode("utf-8", "ignore").encode("utf-16-le") or secret
    for shift in range(3):  # base64 has three forms, by where the secret begins in what was encoded
        coded = base64.b64encode(b"\0" * shift + secret)
        inner = coded[4 if shift else 0 : -4]
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")


def _search(folder: Path, planted: list[bytes]) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) >= 6
    for path in files:
        content = path.read_bytes()
        for number, secret in enumerate(planted):
            for form in _forms(secret):
                assert form not in content, f"secret {number} is in {path.name}"


def test_search_when_a_secret_lies_about_finds_it_in_every_form(tmp_path: Path) -> None:
    secret = b"a-secret-of-some-length"
    for number, form in enumerate(_forms(secret)):
        folder = tmp_path / str(number)
        folder.mkdir()
        for empty in range(6):
            (folder / f"{empty}").touch()
        (folder / "file").write_bytes(b"before" + form + b"after")
        with pytest.raises(AssertionError, match="secret 0 is in file"):
            _search(folder, [secret])


def test_data_folder_when_everything_was_used_holds_no_secret(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "data"
    with (tmp_path / "log").open("w", encoding="utf-8") as stream:
        setup_logging("json", "debug", stream)
        planted = _plant(folder, clock)
        get_logger("bot").info("planted", name=PLANTED[0].decode())
    _search(folder, planted)
    logged = (tmp_path / "log").read_bytes()
    assert [number for number, secret in enumerate(planted) if secret in logged] == []


def test_data_key_when_destroyed_is_not_in_the_file_any_more(
    sqlite_database: Database, key_ring: KeyRing
) -> None:
    db, sealed = sqlite_database, wrap(key_ring, new_data_key(), "w1")
    with db.session() as session:
        session.add(Workspace(id="w1", team_id="T1", data_key=sealed, created_at=db.now()))
    path = db.path
    assert path is not None
    _checkpoint(db)
    assert sealed in path.read_bytes()
    with db.session() as session:
        session.get_one(Workspace, "w1").data_key = None
    _checkpoint(db)
    assert sealed not in path.read_bytes() + path.with_name("app.db-wal").read_bytes()


def _checkpoint(db: Database) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_ciphertext_when_compressed_does_not_shrink(key_ring: KeyRing) -> None:
    sealed = seal(key_ring, "consents.access_sealed", "c1", b"same" * 1000)
    assert len(zlib.compress(sealed, 9)) > 3900
