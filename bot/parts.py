"""Open what every command needs: database, key ring, vault, and the services that need no network."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot import runtime, stored_types
from bot.config import Settings
from bot.crypto import KeyRing
from bot.db.engine import Database
from bot.db.migrate import check_key_ring, migrate, require_migrated
from bot.folder import DataFolder
from bot.services.audit import Audit
from bot.services.books import Books
from bot.services.looking.pruning import Pruning
from bot.services.organisations import Organisations
from bot.services.running.runs import Runs
from bot.services.settings import SettingsStore
from bot.services.timing.schedules import Schedules
from bot.services.workspaces import Workspaces
from bot.slack.installations import SealedInstallations
from bot.vault import Store, Vault
from bot.xero.app import XeroApp

Now = Callable[[], datetime]
KEY_HOLDER = "whoever runs this Ledgerkeep (the setting ENCRYPTION_KEYS)"


def utc_now() -> datetime:
    """Give the present moment; everything that needs a clock gets this or another one as an argument."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What every command needs, without any network or thread."""

    settings: Settings
    db: Database
    ring: KeyRing
    vault: Vault
    organisations: Organisations
    runs: Runs
    books: Books
    audit: Audit
    workspaces: Workspaces
    installations: SealedInstallations
    now: Now

    def close(self) -> None:
        """Let go of the database."""
        self.db.close()


def open_parts(settings: Settings, *, now: Now = utc_now, may_migrate: bool) -> Parts:
    """Open database and vault; raises Misconfigured, WrongKey, DatabaseTooNew, StoreUnavailable."""
    runtime.settle()  # before the first thread: pools that exist are not taken back
    stored_types.learn()  # before the second
    DataFolder(settings.data_dir).prepare()
    ring = settings.key_ring()
    db = Database.open(settings.database_url, now=now)
    if may_migrate:
        migrate(db, backup_to=settings.data_dir)
    else:
        require_migrated(db)
    check_key_ring(db, ring)
    store = Store.open(settings.vault_url, settings.vault_credentials())
    vault = Vault(store, ring, settings.data_dir / "cache", now=now)
    vault.check()
    return Parts(
        settings=settings,
        db=db,
        ring=ring,
        vault=vault,
        organisations=Organisations(db),
        runs=Runs(db, now=now),
        books=Books(db, ring, vault),
        audit=Audit(db, now=now),
        workspaces=Workspaces(db, now=now),
        installations=SealedInstallations(db, ring),
        now=now,
    )


def pruning_of(parts: Parts) -> Pruning:
    """Put together what drops and deletes by retention."""
    settings = SettingsStore(parts.db, audit=parts.audit, now=parts.now)
    schedules = Schedules(parts.db, settings=settings, organisations=parts.organisations, now=parts.now)
    return Pruning(
        parts.db,
        books=parts.books,
        runs=parts.runs,
        settings=settings,
        schedules=schedules,
        audit=parts.audit,
        now=parts.now,
    )


def xero_app(settings: Settings) -> XeroApp:
    """Give the Xero app as the settings describe it."""
    return XeroApp(
        client_id=settings.xero_client_id,
        client_secret=secret(settings.xero_client_secret),
        redirect_uri=settings.xero_redirect_uri,
        login_url=settings.xero_login_url,
        identity_url=settings.xero_identity_url,
        api_url=settings.xero_api_url,
        calls_per_minute=settings.xero_calls_per_minute,
        calls_per_day=settings.xero_calls_per_day,
        concurrency=settings.xero_concurrency,
        fill_calls=settings.xero_fill_calls,
        minute_seconds=settings.xero_minute_seconds,
    )


def secret(value: Any) -> str:
    """Open a secret setting; "" when it is not set."""
    return value.get_secret_value() if value is not None else ""


def executor_id(settings: Settings) -> str:
    """Name this worker: always the same on one machine, so that it takes up its own interrupted work."""
    return (
        "local" if settings.on_one_machine else f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    )


def where_copies_are(settings: Settings) -> str:
    """Say in words where copies are kept, without an address that could hold a secret."""
    scheme = settings.vault_url.split(":", 1)[0]
    places = {
        "file": "on the machine that runs this Ledgerkeep",
        "s3": "in an S3 bucket",
        "gs": "in Google Cloud",
    }
    return places.get(scheme, "in an object store")
