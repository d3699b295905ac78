"""Attachments: each file of the copy is uploaded to the record it hung on, where that comes back.

Facts (Xero OpenAPI 16.1.0; developer.xero.com/documentation/api/accounting/attachments): one call a file, at
most ten files a record, IncludeOnline for sales invoices and credit notes; a file of the same name is
replaced, so a record of the target that has files of its own is left as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain, count, groupby
from typing import Any

import msgspec

from bot.domain.restore_plan import Action
from bot.errors import VaultDamaged
from bot.restore.ground import Ground
from bot.restore.kinds import attachment_reasons as why
from bot.restore.model import IdMap, Json, Kind, NotMapped, Pair, Phase, Settle, Step, Upload, same_id
from bot.restore.source import decode
from bot.restore.uploads import MOST_BYTES, allowed_name, described

MOST = 10  # files a record
CONTENTS = "attachment_contents"
# What attachments can be uploaded to and is restored (Xero OpenAPI 16.1.0); a quote does not tell whether it
# has any, and receipts are not restored.
_PATHS = {
    "accounts": "Accounts",
    "bank_transactions": "BankTransactions",
    "bank_transfers": "BankTransfers",
    "contacts": "Contacts",
    "credit_notes": "CreditNotes",
    "invoices": "Invoices",
    "manual_journals": "ManualJournals",
    "purchase_orders": "PurchaseOrders",
    "quotes": "Quotes",
    "repeating_invoices": "RepeatingInvoices",
}
_TELLING = (*(key for key in _PATHS if key != "quotes"), "receipts")
_NOTED = "attachments"  # in Ground.notes: what `_planned` found, by the key of the kind
_ENDS = {"": Action.CREATE, why.RENAMED.key: Action.CHANGE, why.BLOCKED.key: Action.BLOCKED}
File = tuple[str, Mapping[str, Any], int | None]  # its id, what is told of it, how long it is in the copy


class _Record(msgspec.Struct):
    HasAttachments: Any = None


def plan_missing(ground: Ground) -> Iterator[Step]:
    """Leave out, one step a resource, the files of records that have some of which the copy holds nothing."""
    if not ground.is_chosen("attachments"):
        return
    listed = {owner for owner, _ in _owners(ground)}
    for resource in filter(ground.is_chosen, _TELLING):
        if number := _count(ground, resource, listed):
            yield Step(
                kind="attachments",
                record_id=resource,
                action=Action.LEAVE_OUT,
                part=str(number),
                name=str(number),
                reasons=(why.NO_COPY.key,),
                phase=Phase.CLOSING,
            )


def _count(ground: Ground, resource: str, listed: set[str]) -> int:
    decoder = msgspec.json.Decoder(_Record)
    try:
        rows = ground.source.raw_records(resource)
        having = (key for key, raw in rows if decoder.decode(raw).HasAttachments is True)
        return sum(f"{resource}/{same_id(key)}" not in listed for key in having)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise VaultDamaged("A record of this copy cannot be understood.") from None


def _owners(ground: Ground) -> Iterator[tuple[str, list[str]]]:
    """Yield every record with files in the copy, as "invoices/<id>", and the ids of its files."""
    ids = (key for key, _ in ground.source.lengths("attachments"))
    for owner, found in groupby(ids, key=lambda key: key.rpartition("/")[0]):
        resource, _, parent = owner.partition("/")
        yield f"{resource}/{same_id(parent)}", list(found)


def _planned(ground: Ground) -> Mapping[str, list[Step]]:
    """Plan all files once; the steps by the key of their kind."""
    found: dict[str, list[Step]] | None = ground.notes.get(_NOTED)
    if found is None:
        found = ground.notes[_NOTED] = {}
        held, own = dict(ground.source.lengths(CONTENTS)), _with_files(ground)
        for owner, rows in groupby(ground.source.raw_records("attachments"), key=_owner_of):
            resource, _, parent = owner.partition("/")
            if ground.is_chosen(resource):
                files = [(key, decode(raw), held.get(key)) for key, raw in rows]
                barred = _barred(ground, resource, parent, own)
                found.setdefault(_kind_of(resource), []).extend(_steps(resource, parent, files, barred))
    return found


def _owner_of(row: tuple[str, bytes]) -> str:
    return row[0].rpartition("/")[0]


def _kind_of(resource: str) -> str:
    return f"attachments_of_{resource if resource in _PATHS else 'invoices'}"


def _with_files(ground: Ground) -> frozenset[str]:
    """Name the records of the target that have files already, of those that can be matched."""
    lists = ((ground.target.accounts, "AccountID"), (ground.target.contacts, "ContactID"))
    rows = ((one, field) for found, field in lists for one in found)
    return frozenset(same_id(str(one.get(field))) for one, field in rows if one.get("HasAttachments") is True)


def _steps(resource: str, parent: str, files: list[File], barred: str) -> Iterator[Step]:
    """Plan the files of one record; `barred` is why none of them can come back."""
    taken: set[str] = set()  # names in lower case: Xero may take two spellings for one
    for key, record, length in files:
        name, part = str(record.get("FileName") or ""), ""
        reason = barred or _unfit(record, length, len(taken))
        if not reason:
            part = _free(name, taken)
            taken.add(allowed_name(name, part).lower())
            reason = why.RENAMED.key if allowed_name(name, part) != name else ""
        yield Step(
            kind=_kind_of(resource),
            record_id=key,
            action=_ENDS.get(reason, Action.LEAVE_OUT),
            part=part,
            parent=parent,
            name=name,
            reasons=(reason,) if reason else (),
            phase=Phase.CLOSING,
        )


def _free(name: str, taken: Collection[str]) -> str:
    """Give the number that a name needs beside it to be nobody else's; "" when it needs none."""
    numbers = chain(("",), map(str, count(2)))
    return next(one for one in numbers if allowed_name(name, one).lower() not in taken)


def _barred(ground: Ground, resource: str, parent: str, own: frozenset[str]) -> str:
    """Say why nothing can hang on this record; "" when it can."""
    fate = ground.fate(resource, parent) if resource in _PATHS else None
    if fate is None or not fate.will_exist:
        blocked = fate is not None and fate.action is Action.BLOCKED
        return why.BLOCKED.key if blocked else why.NO_RECORD.key
    return why.HAS_OWN.key if same_id(fate.target_key) in own else ""


def _unfit(record: Mapping[str, Any], length: int | None, before: int) -> str:
    """Say why one file cannot be uploaded; "" when it can."""
    if length is None or length != record.get("ContentLength", length):
        return why.NO_FILE.key
    if not length:
        return why.EMPTY.key
    if length > MOST_BYTES:
        return why.TOO_LARGE.key
    return why.TOO_MANY.key if before >= MOST else ""


def payload(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    """Tell of the file what its upload says."""
    del ids
    return described(record, step.part)


def learn_nothing(step: Step, record: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Pair]:
    """Nothing refers to an attachment."""
    del step, record, answer
    return iter(())


def _likeness(row: Mapping[str, Any]) -> tuple[str, int]:
    return str(row.get("FileName")), int(row.get("ContentLength") or 0)


def _kind(resource: str, path: str) -> Kind:
    key = _kind_of(resource)

    def plan(ground: Ground) -> Iterator[Step]:
        return iter(_planned(ground).get(key, ()) if ground.is_chosen("attachments") else ())

    return Kind(
        key=key,
        resource="attachments",
        title="Attachments",
        stage=209,
        verb="PUT",
        path=f"{path}/{{parent}}/Attachments/{{name}}",
        collection="Attachments",
        id_field="AttachmentID",
        plan=plan,
        payload=payload,
        write_scope="accounting.attachments",
        batch=1,
        params={},
        parent_resource=resource,
        learn=learn_nothing,
        settle=Settle(path=f"{path}/{{parent}}/Attachments", collection="Attachments", likeness=_likeness),
        reasons=why.OF_FILES,
        upload=Upload(contents=CONTENTS),
    )


def _no_file(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    del record, ids
    raise NotMapped("attachments", step.record_id)


UPLOADS: tuple[Kind, ...] = tuple(_kind(*one) for one in _PATHS.items())
ATTACHMENTS_MISSING = Kind(
    key="attachments",
    resource="attachments",
    title="Attachments",
    stage=208,
    verb="PUT",
    path="Attachments",
    collection="Attachments",
    id_field="AttachmentID",
    plan=plan_missing,
    payload=_no_file,  # no step of this kind writes
    write_scope="accounting.attachments",
    batch=1,
    params={},
    reasons=(why.NO_COPY,),
)
