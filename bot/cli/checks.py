"""What doctor finds on this machine: data folder, database, key ring and vault. Leaves all as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from bot.cli.shown import size
from bot.errors import LedgerkeepError, Misconfigured, StoreUnavailable

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.db.engine import Database
    from bot.vault import Store

SCARCE_BYTES = 1024**3
DANGER_BYTES = 100 * 1024**2


class Word(StrEnum):
    """How a part is, in a word."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "PROBLEM"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of doctor's answer."""

    word: Word
    what: str
    sentence: str
    do: str = ""


def here(settings: Settings) -> Iterator[Finding]:
    """Look at folder, database and vault."""
    yield folder(settings)
    yield database(settings)
    yield vault(settings)


def folder(settings: Settings) -> Finding:
    """Look at DATA_DIR: is it there, may it be written to, is there room."""
    path, what = settings.data_dir.resolve(), "data folder"
    if not path.exists():
        return Finding(Word.NOTE, what, f"{path} does not exist yet.", "`ledgerkeep run` makes it.")
    if not path.is_dir() or not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return Finding(
            Word.PROBLEM, what, f"{path} cannot be written to.", "Mend its rights, or set another DATA_DIR."
        )
    free = shutil.disk_usage(path).free
    room = f"{size(free)} free"
    if free < DANGER_BYTES:
        return Finding(Word.PROBLEM, what, f"{path} has only {room}.", "Make room on that disk.")
    if free < SCARCE_BYTES:
        return Finding(Word.NOTE, what, f"{path} has only {room}.", "Make room before it is full.")
    return Finding(Word.OK, what, f"{path} can be written to, {room}.")


def database(settings: Settings) -> Finding:
    """Look at the tables' revision and whether the key ring opens what is sealed there."""
    from bot.db.engine import Database
    from bot.parts import utc_now

    if settings.on_one_machine and not _sqlite_file_exists(settings):
        return Finding(Word.NOTE, "database", "It does not exist yet.", "`ledgerkeep run` makes it.")
    try:
        db = Database.open(settings.database_url, now=utc_now)
        try:
            return _tables(db, settings)
        finally:
            db.close()
    except LedgerkeepError as error:
        return Finding(Word.PROBLEM, "database", str(error), "Check DATABASE_URL and that the server runs.")


def _sqlite_file_exists(settings: Settings) -> bool:
    return Path(settings.database_url.partition(":///")[2]).exists()


def _tables(db: Database, settings: Settings) -> Finding:
    from bot.db.migrate import check_key_ring, newest_revision, stored_revision
    from bot.errors import Damaged, DatabaseTooNew

    try:
        stored = stored_revision(db)
    except DatabaseTooNew as error:
        return Finding(Word.PROBLEM, "database", str(error), "Install the version that made it.")
    except Misconfigured as error:  # the sentence says what to do
        return Finding(Word.PROBLEM, "database", str(error))
    if not stored:
        return Finding(Word.NOTE, "database", "It has no tables yet.", "`ledgerkeep migrate` makes them.")
    if stored != newest_revision():
        sentence = f"Its tables are of an older version (revision {stored})."
        return Finding(Word.PROBLEM, "database", sentence, "Stop the bot and run `ledgerkeep migrate`.")
    try:
        check_key_ring(db, settings.key_ring())
    except Damaged as error:
        do = "Put the key it was made with back into ENCRYPTION_KEYS; `ledgerkeep keys status` helps."
        return Finding(Word.PROBLEM, "database", str(error), do)
    return Finding(Word.OK, "database", f"Tables at revision {stored}; the key ring fits.")


def vault(settings: Settings) -> Finding:
    """Look at the marker, and write, read and remove a tiny object."""
    from bot.parts import utc_now
    from bot.vault import Store, Vault

    if _not_made_yet(settings):
        return Finding(Word.NOTE, "vault", "It does not exist yet.", "`ledgerkeep run` makes it.")
    try:
        store = Store.open(settings.vault_url, settings.vault_credentials())
        Vault(store, settings.key_ring(), settings.data_dir / "cache", now=utc_now).check()
        return _probed(store)
    except StoreUnavailable as error:
        return Finding(Word.PROBLEM, "vault", str(error), _mend(error))
    except LedgerkeepError as error:
        do = (
            ""
            if isinstance(error, Misconfigured)
            else "Write nothing; look at the disk or the bucket's history."
        )
        return Finding(Word.PROBLEM, "vault", str(error), do or "Check VAULT_URL and its credentials.")


def _not_made_yet(settings: Settings) -> bool:
    """Say whether the vault is a folder that is still to be made; looking must not make it."""
    parts = urlsplit(settings.vault_url)
    return parts.scheme == "file" and not Path(unquote(parts.path)).exists()


def _probed(store: Store) -> Finding:
    from bot.crypto import random_bytes

    name, content = f"doctor-{random_bytes(8).hex()}", b"may be deleted\n"
    first, again = store.put_new(name, content), store.put_new(name, b"")
    kept = store.get(name)
    store.delete(name)
    if not first or again or kept != content:
        sentence = "It overwrites an object that must be created only once."
        return Finding(Word.PROBLEM, "vault", sentence, "Use a store that supports conditional writes.")
    return Finding(Word.OK, "vault", "Objects can be written once, read and removed.")


def _mend(error: StoreUnavailable) -> str:
    if error.full:
        return "Make room outside the vault; delete nothing in it."
    if error.read_only:
        return "Give this user, or these credentials, the right to write and delete there."
    return "Check VAULT_URL, its credentials and that the store answers."
