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
)

_SPEC = "Xero OpenAPI 16.1.0"
_GROUP = "File library"
_NOT_YET = Caveat(
    sentence="The file library (inbox, folders, files and what they belong to) is not backed up yet.",
    reason=ReasonClass.NOT_YET_READ,
    instead="Download the files you must keep from Files in Xero.",
    source=_SPEC,
    weight=9,
)


def _entry(
    *,
    key: str,
    title: str,
    read: Read,
    comes_back: str,
    rule: RestoreRule = RestoreRule.CREATE,
    needs: tuple[str, ...] = (),
    children: tuple[str, ...] = (),
    quirks: tuple[Quirk, ...] = (),
    changed: str = "",
) -> Resource:
    """Describe one part of the library; `changed` says what comes back differently."""
    caveat = Caveat(
        sentence=changed,
        reason=ReasonClass.CHANGED_ON_RESTORE,
        instead="Nothing to do; the copy keeps it as it was.",
        source=_SPEC,
        weight=76,
    )
    return Resource(
        key=key,
        title=title,
        area=Area.FILES,
        reading=Reading.NOT_YET,
        ledger=LedgerEffect.NONE,
        group=_GROUP,
        read=read,
        restore=Restore(rule=rule, comes_back=comes_back, write_scope="files"),
        needs=needs,
        children=children,
        quirks=quirks,
        caveats=(_NOT_YET, caveat) if changed else (_NOT_YET,),
    )


FOLDERS = _entry(
    key="folders",
    title="Folders",
    read=Read(path="Folders", collection="", id_field="Id", paging=Paging.WHOLE, scopes=scopes.FILES),
    comes_back="Created under the same name; the inbox is matched.",
    quirks=(Quirk(fact="The answer is a bare list; the inbox is one of its folders.", source=_SPEC),),
    changed="The address for sending documents to the inbox by e-mail is a new one.",
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
    comes_back="Uploaded into the same folder.",
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
    changed="Who uploaded a file, and when, is lost.",
)

FILE_CONTENTS = _entry(
    key="file_contents",
    title="Contents of files",
    read=Read(
        path="Files/{id}/Content",
        collection="",
        id_field="",
        paging=Paging.PER_PARENT,
        parent="files",
        scopes=scopes.FILES,
    ),
    comes_back="Part of the file it belongs to.",
    needs=("files",),
    quirks=(Quirk(fact="The answer is the file itself, not JSON.", source=_SPEC),),
)

ASSOCIATIONS = _entry(
    key="associations",
    title="What a file belongs to",
    read=Read(
        path="Files/{id}/Associations",
        collection="",
        id_field="ObjectId",
        paging=Paging.PER_PARENT,
        parent="files",
        scopes=scopes.FILES,
    ),
    comes_back="Each file is tied to the restored record.",
    rule=RestoreRule.ALLOCATE,
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
