"""The file library: files, folders, and which record a file belongs to. Data."""

from __future__ import annotations

from bot.catalogue import scopes
from bot.catalogue.model import (
    Area,
    Caveat,
    LedgerEffect,
    Paging,
    Quirk,
    Read,
    Reading,
    ReasonClass,
    Resource,
    Restore,
    RestoreRule,
    Rhythm,
)

_SPEC = "Xero OpenAPI 16.1.0"
_GROUP = "File library"
_BY_HAND = Caveat(
    sentence="The file library is kept whole, but a restore does not write it back.",
    reason=ReasonClass.NOT_RESTORABLE,
    instead="Export the copy and upload the files you need; it says what each one belonged to.",
    source=_SPEC,
    weight=35,
)


def _entry(
    *,
    key: str,
    title: str,
    read: Read,
    comes_back: str,
    needs: tuple[str, ...] = (),
    children: tuple[str, ...] = (),
    quirks: tuple[Quirk, ...] = (),
    rhythm: Rhythm = Rhythm.NIGHTLY,
) -> Resource:
    """Describe one part of the library."""
    return Resource(
        key=key,
        title=title,
        area=Area.FILES,
        reading=Reading.READ,
        rhythm=rhythm,
        ledger=LedgerEffect.NONE,
        group=_GROUP,
        read=read,
        restore=Restore(rule=RestoreRule.EVIDENCE, comes_back=comes_back),
        needs=needs,
        children=children,
        quirks=quirks,
        caveats=(_BY_HAND,),
    )


FOLDERS = _entry(
    key="folders",
    title="Folders",
    read=Read(path="Folders", collection="", id_field="Id", paging=Paging.WHOLE, scopes=scopes.FILES),
    comes_back="As a list.",
    quirks=(Quirk(fact="The answer is a bare list; the inbox is one of its folders.", source=_SPEC),),
)

FILES = _entry(
    key="files",
    title="Files",
    read=Read(
        path="Files",
        collection="Items",
        id_field="Id",
        paging=Paging.FIXED,
        page_size=100,
        scopes=scopes.FILES,
        params=(("pagesize", "100"), ("sort", "CreatedDateUTC"), ("direction", "ASC")),
        updated_field="UpdatedDateUtc",
    ),
    comes_back="As files to upload again.",
    needs=("folders",),
    children=("file_contents", "associations"),
    quirks=(
        Quirk(
            fact="Here the size of a page is called pagesize, in lower case, and is at most 100.",
            source=_SPEC,
        ),
        Quirk(fact="Pages are told by TotalCount, Page and PerPage; there is no `pagination`.", source=_SPEC),
        Quirk(fact="At most 10 MB for each upload.", source="developer.xero.com/documentation/api/files"),
    ),
)

FILE_CONTENTS = _entry(
    key="file_contents",
    title="Contents of files",
    rhythm=Rhythm.FILLED,
    read=Read(
        path="Files/{id}/Content",
        collection="",
        id_field="",
        paging=Paging.PER_PARENT,
        parent="files",
        scopes=scopes.FILES,
        accept="application/octet-stream",
    ),
    comes_back="As files to upload again.",
    needs=("files",),
    quirks=(Quirk(fact="The answer is the file itself, not JSON.", source=_SPEC),),
)

ASSOCIATIONS = _entry(
    key="associations",
    title="What a file belongs to",
    rhythm=Rhythm.FILLED,
    read=Read(
        path="Files/{id}/Associations",
        collection="",
        id_field="ObjectId",
        id_within_parent=True,
        paging=Paging.PER_PARENT,
        parent="files",
        scopes=scopes.FILES,
    ),
    comes_back="As a list of what each file belonged to.",
    needs=(
        "files",
        "accounts",
        "bank_transactions",
        "contacts",
        "credit_notes",
        "invoices",
        "items",
        "manual_journals",
        "overpayments",
        "payments",
        "prepayments",
        "quotes",
        "receipts",
    ),
    quirks=(
        Quirk(fact="The answer is a bare list; a pair of FileId and ObjectId names an entry.", source=_SPEC),
        Quirk(fact="Types include fixed assets and pay runs, which cannot be restored.", source=_SPEC),
    ),
)

LATER = (FOLDERS, FILES, FILE_CONTENTS, ASSOCIATIONS)
