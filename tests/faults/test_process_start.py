"""A process that must not start says why and writes nothing; what one leaves behind holds no secret."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.crypto import new_key
from tests.faults.machine import Machine, machine
from tests.scenario.office import ANA, FINANCE

LONG_ENOUGH = 7  # characters: shorter amounts may stand in sealed bytes by chance


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with one backup, killed in the middle of a second one."""
    with machine(tmp_path_factory.mktemp("machine"), organisations=("lively", "nz"), fresh=True) as one:
        one.link("nz")
        one.back_up()
        one.kill_at("Payments")
        one.slack.command(ANA, FINANCE, "now")
        one.dead()
        yield one


def _everything(folder: Path) -> dict[str, str]:
    """Digest every file but the lock and what SQLite makes of its own accord when a file is opened."""
    return {
        str(one.relative_to(folder)): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in folder.rglob("*")
        if one.is_file() and one.suffix != ".lock" and not one.name.endswith(("-shm", "-wal"))
    }


def _settle(one: Machine) -> None:
    """Let SQLite write its log into the files, so that opening them changes nothing."""
    for name in ("app.db", "jobs.db"):
        with sqlite3.connect(one.data_folder / name) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()


def _refused(one: Machine, *command: str, **settings: str) -> tuple[int, str]:
    """Run a command that must refuse in one line and leave everything as it is."""
    _settle(one)
    before = _everything(one.data_folder)
    code, said = one.command(*command, **settings)
    _settle(one)
    assert code != 0
    assert len(said.strip().splitlines()) == 1, said
    assert _everything(one.data_folder) == before
    return code, said


def _forbidden(one: Machine) -> set[bytes]:
    """Gather what must not stand anywhere in clear: tokens, secrets, names and amounts of the books."""
    words = {one.slack.bot_token, one.slack.signing_secret, one.xero.client_secret}
    words |= set(one.xero.authority.refreshes) | set(one.xero.authority.issued)
    words.add(one._chosen_settings()["ENCRYPTION_KEYS"].split(":")[-1])
    for books in one.xero.organisations.values():
        if books.key != "nz":
            continue
        words |= {str(record.fields["Name"]) for record in books.shelf("Contacts")}
        words |= {str(record.fields["InvoiceNumber"]) for record in books.shelf("Invoices")}
        served = b"".join(one.xero.served(books.tenant_id, "Invoices").values()).decode()
        words |= set(re.findall(r'"(?:Total|AmountPaid|SubTotal)": (\d+\.\d+)', served))
    return {word.encode() for word in words if len(word) >= LONG_ENOUGH}


def _found(one: Machine, folder: Path) -> list[tuple[str, bytes]]:
    forbidden = _forbidden(one) | {b"eyJhbGciOi"}  # how every access token of Xero begins
    assert len(forbidden) > 40
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    return [(file.name, word) for file in files for word in forbidden if word in _bytes(file)]


def _bytes(file: Path) -> bytes:
    """Read a file; a journal of SQLite may be gone by now."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def test_no_file_of_the_data_folder_and_no_log_holds_a_secret_or_a_word_of_the_books(
    stopped: Machine,
) -> None:
    assert _found(stopped, stopped.data_folder) == []
    assert _found(stopped, stopped.log_folder) == []
    # The organisation's name is no secret: that it is found shows that the search can find.
    assert any(b"Coffee Roasters" in file.read_bytes() for file in stopped.data_folder.glob("app.db*"))


@pytest.mark.parametrize("command", [("run",), ("verify",), ("orgs",)])
def test_keys_of_another_installation_are_refused(stopped: Machine, command: tuple[str, ...]) -> None:
    code, said = _refused(stopped, *command, ENCRYPTION_KEYS=new_key("other"))
    assert code == 2
    assert "ENCRYPTION_KEYS" in said


def test_other_bytes_under_the_same_key_name_are_refused(stopped: Machine) -> None:
    name = stopped._chosen_settings()["ENCRYPTION_KEYS"].split(":")[0]
    code, said = _refused(stopped, "run", ENCRYPTION_KEYS=new_key(name))
    assert code == 2
    assert "ENCRYPTION_KEYS" in said


def test_no_key_at_all_is_refused(stopped: Machine) -> None:
    code, said = _refused(stopped, "run", ENCRYPTION_KEYS="")
    assert code == 2
    assert "ENCRYPTION_KEYS" in said


def test_database_of_a_newer_version_is_refused(stopped: Machine) -> None:
    path = stopped.data_folder / "app.db"
    with sqlite3.connect(path) as connection:
        (known,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.execute("UPDATE alembic_version SET version_num = '9999_newer'")
    connection.close()
    try:
        code, said = _refused(stopped, "run")
    finally:
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (known,))
        connection.close()
    assert code == 2
    assert "newer version" in said


def test_vault_of_a_newer_version_is_refused(stopped: Machine) -> None:
    marker = stopped.data_folder / "vault" / "ledgerkeep.json"
    known = marker.read_bytes()
    marker.write_bytes(re.sub(rb'"version":\d+', b'"version":9', known))
    try:
        code, said = _refused(stopped, "run")
    finally:
        marker.write_bytes(known)
    assert code == 2
    assert "newer version" in said


def test_afterwards_the_right_settings_go_on_where_it_was(stopped: Machine) -> None:
    stopped.xero.faults.clear()
    stopped.start_bot()
    message = stopped.wait_for(FINANCE, "Snapshot #2", seconds=40)
    assert "Complete" in stopped.text(message)
    assert [one.number for one in stopped.snapshots("Kerer")] == [1, 2]
    assert _found(stopped, stopped.data_folder) == []
    assert _found(stopped, stopped.log_folder) == []
