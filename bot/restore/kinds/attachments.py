"""Attachments: the copy holds none yet, so the plan leaves them out and says of how many records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from bot.domain.restore_plan import Action
from bot.errors import VaultDamaged
from bot.restore.ground import Ground
from bot.restore.model import IdMap, Json, Kind, NotMapped, Phase, Reason, Step

# What attachments can be uploaded to (Xero OpenAPI 16.1.0); a quote does not tell whether it has any.
_PARENTS = (
    "accounts", "bank_transactions", "bank_transfers", "contacts", "credit_notes", "invoices",
    "manual_journals", "purchase_orders", "receipts", "repeating_invoices",
)  # fmt: skip

NO_COPY = Reason(
    key="attachments.no_copy",
    sentence="Files attached to these records are not in the copy: Ledgerkeep does not back them up yet.",
    instead="Download them from the source organisation and attach them by hand.",
    fields=("HasAttachments", "Attachments"),
    weight=8,
)


class _Record(msgspec.Struct):
    HasAttachments: Any = None


def plan(ground: Ground) -> Iterator[Step]:
    """Leave out the attachments of each resource whose records say that they have some."""
    if not ground.is_chosen("attachments"):
        return
    for resource in filter(ground.is_chosen, _PARENTS):
        if count := _count(ground, resource):
            yield Step(
                kind="attachments",
                record_id=resource,
                action=Action.LEAVE_OUT,
                part=str(count),
                name=str(count),
                reasons=(NO_COPY.key,),
                phase=Phase.CLOSING,
            )


def _count(ground: Ground, resource: str) -> int:
    decoder = msgspec.json.Decoder(_Record)
    try:
        flags = (decoder.decode(raw).HasAttachments for _, raw in ground.source.raw_records(resource))
        return sum(flag is True for flag in flags)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise VaultDamaged("A record of this copy cannot be understood.") from None


def _no_file(step: Step, record: Mapping[str, Any], ids: IdMap) -> Json:
    del record, ids
    raise NotMapped("attachments", step.record_id)


ATTACHMENTS = Kind(
    key="attachments",
    resource="attachments",
    title="Attachments",
    stage=215,
    verb="PUT",
    path="Attachments",
    collection="Attachments",
    id_field="AttachmentID",
    plan=plan,
    payload=_no_file,  # no step of this kind writes
    write_scope="accounting.attachments",
    batch=1,
    params={},
    reasons=(NO_COPY,),
)
