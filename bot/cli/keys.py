"""Commands about the key ring: make a key, move everything to the newest, say which keys are needed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from bot.cli import shown
from bot.cli.opening import parts_for, settings_for

if TYPE_CHECKING:
    from bot.parts import Parts


def add(app: typer.Typer) -> None:
    """Add these commands."""
    keys = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    keys.command()(new)
    keys.command()(rotate)
    keys.command()(status)
    app.add_typer(keys, name="keys", help="Make, rotate and look at encryption keys.")


def new() -> None:
    """Print one fresh entry for ENCRYPTION_KEYS."""
    from bot.crypto import new_key

    shown.line(new_key(today=datetime.now(UTC).date()))


def rotate() -> None:
    """Seal everything with the newest key of the ring.

    Stored secrets and the data key of every workspace. It may be stopped and repeated.
    """
    from bot.db import secrets
    from bot.folder import DataFolder

    settings = settings_for()
    folder = DataFolder(settings.data_dir)
    if settings.on_one_machine:
        folder.hold()
    try:
        with parts_for(settings) as parts:
            keys = parts.workspaces.with_data_key()
            for workspace_id in keys:
                parts.books.rewrap(workspace_id)
            changed = secrets.rotate(parts.db, parts.ring)
            _note(parts, changed)
            shown.line(
                f"Everything is sealed with the key {parts.ring.newest}: "
                f"{shown.counted(changed, 'secret')} moved, "
                f"{shown.counted(len(keys), 'data key')} wrapped in the vault."
            )
    finally:
        folder.release()


def status(as_json: shown.AsJson = False) -> None:
    """Say which keys are needed and which may go."""
    with parts_for(settings_for()) as parts:
        found = _usage(parts)
    if as_json:
        shown.document({"keys": found})
        return
    head = ("KEY", "IN THE RING", "SECRETS IN THE DATABASE", "DATA KEYS IN THE VAULT", "MEANING")
    shown.table(
        head,
        [
            [one["id"], "yes" if one["in_ring"] else "NO", one["database"], one["vault"], _meaning(one)]
            for one in found
        ],
    )


def _usage(parts: Parts) -> list[dict[str, Any]]:
    from bot.db import secrets

    database = Counter(secrets.key_usage(parts.db))
    database[secrets.key_of_check(parts.db)] += 1  # without it, the database would refuse the ring
    vault = _vault_usage(parts)
    strangers = sorted(({*database, *vault} - {""}) - {*parts.ring.ids})
    return [
        {
            "id": key,
            "in_ring": key in parts.ring.ids,
            "newest": key == parts.ring.newest,
            "database": database[key],
            "vault": vault[key],
            "removable": key != parts.ring.newest and not database[key] and not vault[key],
        }
        for key in [*parts.ring.ids, *strangers]
    ]


def _vault_usage(parts: Parts) -> Counter[str]:
    from bot.vault import Store
    from bot.vault.names import key_folder

    store = Store.open(parts.settings.vault_url, parts.settings.vault_credentials())
    names = (one.name for each in parts.workspaces.every() for one in store.list(key_folder(each)))
    return Counter(name.rsplit("/", 1)[1] for name in names)


def _meaning(one: dict[str, Any]) -> str:
    if not one["in_ring"]:
        return "needed and missing: put it back into ENCRYPTION_KEYS"
    if one["newest"]:
        return "seals whatever is written"
    return "not used: may be taken out" if one["removable"] else "needed: run `ledgerkeep keys rotate`"


def _note(parts: Parts, changed: int) -> None:
    with parts.db.session() as session:
        parts.audit.note(
            session,
            None,
            "keys.rotated",
            "done",
            detail={"key": parts.ring.newest, "secrets": changed},
            origin="cli",
        )
