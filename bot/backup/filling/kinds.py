"""What is filled up record by record, in the order of worth: from which records, and what an answer becomes.

Values only. Below which records Xero keeps it is the catalogue's (`needs`, `read.parent`); here stands which
of them are worth a call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec

from bot.catalogue import RESOURCES
from bot.catalogue.model import Resource
from bot.domain.settings import Extra


class Shape(Enum):
    """What one record's answer becomes in the vault."""

    ARRAY = "array"  # the array inside the answer, as one record under the parent's name
    RECORDS = "records"  # each entry of the list, under the parent's id and its own
    RECORD = "record"  # the record itself, under its id
    FILE = "file"  # the bytes
    ATTACHMENTS = "attachments"  # a list of entries, and then the bytes of each


class Looked(msgspec.Struct, gc=False):
    """What is looked at of a record that something may hang on."""

    HasAttachments: Any = None
    Total: Any = None
    SubTotal: Any = None
    TotalTax: Any = None
    Balances: Any = None
    UpdatedDateUTC: Any = None
    UpdatedDateUtc: Any = None  # as the Files API spells it

    @property
    def changed_at(self) -> str:
        """Give the moment of its last change as Xero writes it; later ones sort after earlier ones."""
        told = self.UpdatedDateUTC or self.UpdatedDateUtc
        return told if isinstance(told, str) else ""


def _every(_parent: str, _seen: Looked) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class FillKind:
    """One kind: `holds` are the resources of the vault it fills; `wants` looks at a parent.

    `known_by` is what the ids in the vault begin with: the parent's collection and id, or its id alone.
    `weekly` kinds are asked for anew when everything is looked at in full, not when the parent changes.
    `only_where` names a resource of the same organisation, and fields of which one must be true there.
    """

    key: str
    holds: tuple[str, ...]
    parents: tuple[str, ...]
    shape: Shape
    wants: Callable[[str, Looked], bool] = _every
    extra: Extra | None = None
    qualified: bool = True
    weekly: bool = False
    only_where: tuple[str, tuple[str, ...]] | None = None

    @property
    def picks(self) -> bool:
        """Say whether only some parents are worth a call."""
        return self.wants is not _every

    @property
    def resource(self) -> Resource:
        """Give its entry in the catalogue."""
        return RESOURCES[self.key]

    def name(self, parent: str, parent_id: str) -> str:
        """Give what the ids of a parent's records in the vault are, or begin with."""
        return f"{parent}/{parent_id}" if self.qualified else parent_id

    def owner(self, record_id: str) -> str:
        """Give, from an id in the vault, what `name` gave for its parent."""
        parts = record_id.split("/")
        return "/".join(parts[:2]) if self.qualified else parts[0]


_LOOK = msgspec.json.Decoder(Looked, strict=False, float_hook=Decimal)
UNTOLD = frozenset({"quotes"})  # they do not say whether they have any


def look(raw: bytes) -> Looked:
    """Look at a record, once for all kinds."""
    return _LOOK.decode(raw)


def has_attachments(parent: str, seen: Looked) -> bool:
    """Say whether files may hang on a record."""
    return parent in UNTOLD or seen.HasAttachments is True


def is_rounded(parent: str, seen: Looked) -> bool:
    """Say whether a total is not the sum of its parts: only by its id does Xero tell by how much."""
    del parent
    parts = (seen.Total, seen.SubTotal, seen.TotalTax)
    if not all(isinstance(one, Decimal | int) for one in parts):
        return False
    return bool(seen.Total != seen.SubTotal + seen.TotalTax)


def owes(parent: str, seen: Looked) -> bool:
    """Say whether a contact has an open balance, either way."""
    del parent
    balances = seen.Balances
    sides = balances.values() if isinstance(balances, dict) else ()
    return any(side.get("Outstanding") for side in sides if isinstance(side, dict))


FILL_KINDS: tuple[FillKind, ...] = (
    FillKind(
        key="attachments",
        holds=("attachments", "attachment_contents"),
        parents=RESOURCES["attachments"].needs,
        shape=Shape.ATTACHMENTS,
        wants=has_attachments,
        extra=Extra.ATTACHMENTS,
    ),
    FillKind(
        key="file_contents",
        holds=("file_contents",),
        parents=("files",),
        shape=Shape.FILE,
        extra=Extra.ATTACHMENTS,
        qualified=False,
    ),
    FillKind(
        key="associations",
        holds=("associations",),
        parents=("files",),
        shape=Shape.RECORDS,
        extra=Extra.ATTACHMENTS,
        qualified=False,
    ),
    FillKind(
        key="invoice_details",
        holds=("invoice_details",),
        parents=("invoices",),
        shape=Shape.RECORD,
        wants=is_rounded,
        qualified=False,
    ),
    FillKind(
        key="history",
        holds=("history",),
        parents=RESOURCES["history"].needs,
        shape=Shape.ARRAY,
        extra=Extra.HISTORY,
    ),
    FillKind(
        key="aged_receivables",
        holds=("aged_receivables",),
        parents=("contacts",),
        shape=Shape.RECORD,
        wants=owes,
        qualified=False,
        weekly=True,
    ),
    FillKind(
        key="aged_payables",
        holds=("aged_payables",),
        parents=("contacts",),
        shape=Shape.RECORD,
        wants=owes,
        qualified=False,
        weekly=True,
    ),
    FillKind(
        key="contact_cis_settings",
        holds=("contact_cis_settings",),
        parents=("contacts",),
        shape=Shape.RECORD,
        qualified=False,
        only_where=("organisation_cis_settings", ("CISContractorEnabled", "CISSubContractorEnabled")),
    ),
    FillKind(
        key="pdfs",
        holds=("pdfs",),
        parents=RESOURCES["pdfs"].needs,
        shape=Shape.FILE,
        extra=Extra.PDFS,
    ),
)
