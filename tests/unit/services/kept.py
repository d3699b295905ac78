"""Small books with a few records and files, and exports of them, for tests of looking back."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bot.backup.results import StageResult
from bot.cli.export_files import Written, write_export
from bot.crypto import KeyRing, new_key
from bot.domain.names import OrganisationId, WorkspaceId
from bot.domain.organisation import LinkState, Organisation, OrganisationFacts
from bot.services.looking.export_form import Form
from bot.services.looking.export_forms import LINES
from bot.vault import Books, SnapshotInfo, Store, Vault, new_data_key

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
OWNER = Organisation(
    id=OrganisationId("org-1"),
    workspace_id=WorkspaceId("T1"),
    facts=OrganisationFacts(name="Harbour Books"),
    home_channel="C1",
    linked_by="U1",
    linked_at=NOW,
    state=LinkState.ACTIVE,
)


class Clock:
    """Says when the next snapshot is taken."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def empty_books(folder: Path, clock: Clock | None = None) -> Books:
    """Give books without a snapshot."""
    store = Store.open((folder / "vault").as_uri(), {})
    vault = Vault(store, KeyRing.parse(new_key("test")), folder / "cache", now=clock or Clock())
    return vault.books("T1", "org-1", new_data_key())


def keep(
    books: Books,
    records: Mapping[str, Mapping[str, bytes]],
    files: Mapping[str, Mapping[str, bytes]] | None = None,
) -> SnapshotInfo:
    """Publish a snapshot of these records and files by resource and id; the rest of a resource is gone."""
    draft = books.draft(f"run {len(books.snapshots())}", NOW)
    stage = draft.stage("all")
    for key, given in records.items():
        for record_id, raw in given.items():
            stage.add(key, record_id, raw)
        stage.finish(key, complete=True, facts={})
    for key, given in (files or {}).items():
        for record_id, content in given.items():
            stage.add_blob(key, record_id, io.BytesIO(content))
        stage.finish(key, complete=True, facts={})
    stage.seal(StageResult(outcomes=(), gaps=(), calls=1).as_json())
    return draft.publish({})


def exported(books: Books, info: SnapshotInfo, folder: Path, form: Form = LINES) -> Written:
    """Write a snapshot as files."""
    return write_export(books, OWNER, info, folder, now=NOW, form=form)
