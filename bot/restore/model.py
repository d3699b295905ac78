"""The values a plan is made of: steps, fates, reasons, kinds of writes, and the map from old ids to new.

Nothing here reads or writes; `bot/restore/kinds/` says what each kind of record needs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from bot.catalogue.model import Area
from bot.domain.restore_plan import Action

if TYPE_CHECKING:
    from bot.restore.ground import Ground

Json = dict[str, Any]
MAX_BATCH = 50  # elements a write (developer.xero.com: "about 50" advised)
_GUID = 36  # characters
FOLLOWS = ".follows"  # behind a resource: pairs of two source keys, see IdMap
MAX_BODY_BYTES = 3_000_000  # Xero's limit is 3.5 MB in older documents


class Phase(IntEnum):
    """The large order of a restore; inside a phase, kinds go by `Kind.stage`.

    Only two tracking categories may be active at once: documents that use archived tracking are written
    FIRST, while it is alive; it is archived; SECOND come live tracking and all other documents.
    """

    FIRST = 0  # lists, archived tracking, documents that use it
    SECOND = 1  # live tracking, all other documents
    SETTLING = 2  # allocations, payments, links: what ties documents together
    CLOSING = 3  # notes, archiving


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a record is not simply created, for a bookkeeper; `key` is stable and part of the fingerprint.

    `fields` are the names of Xero's fields that come back different because of it: a difference in one of
    them is as predicted.
    """

    key: str
    sentence: str
    instead: str = ""
    fields: tuple[str, ...] = ()
    moves_ledger: bool = False
    weight: int = 50
    todo: str = ""  # what a person does by hand, as an imperative sentence; "" when nothing
    todo_before: bool = False  # it must be done before the restore, else the record stays blocked


@dataclass(frozen=True, slots=True)
class Step:
    """What the plan does with one record (or one part of it).

    `kind` is a `Kind.key`; `part` tells several writes of one record apart (an allocation's number,
    "archive"). `parent` is the source id that the write's path names. `name` is what people know the
    record by. A step with Action.MATCH or LEAVE_OUT or BLOCKED writes nothing.
    """

    kind: str
    record_id: str
    action: Action
    part: str = ""
    parent: str = ""
    name: str = ""
    reasons: tuple[str, ...] = ()
    phase: Phase = Phase.SECOND
    target_key: str = ""  # for MATCH: the id in the target

    @property
    def writes(self) -> bool:
        """Say whether something is sent for it."""
        return self.action in {Action.CREATE, Action.CHANGE}


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a record others refer to; `target_key` is known for matches only."""

    action: Action
    target_key: str = ""

    @property
    def will_exist(self) -> bool:
        """Say whether the target will have it."""
        return self.action in {Action.CREATE, Action.CHANGE, Action.MATCH}


def same_id(key: str) -> str:
    """Spell a key so that all spellings of one id are equal: Xero's ids are GUIDs, whatever their letters.

    Codes and names stay as they are: their letters may tell them apart.
    """
    return key.lower() if len(key) == _GUID and key.count("-") == 4 else key


class NotMapped(LookupError):
    """A payload needs a record that the target does not have (Xero refused it, or it was left out)."""

    def __init__(self, resource: str, key: str) -> None:
        self.resource, self.key = resource, key
        super().__init__(resource)


@dataclass(slots=True)
class IdMap:
    """Which record of the source became which of the target: (resource, source key) -> target key.

    Besides resources of the catalogue these names are used: "account_codes" (code -> code), "tax_types"
    (TaxType -> TaxType), "tracking_options" (TrackingOptionID), "line_items" (LineItemID), "item_codes"
    (Code -> Code), and "contacts.follows" (merged contact -> the contact it was merged into, both the
    source's: known before the first write, whatever becomes of the survivor).
    """

    _found: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, resource: str, source: str, target: str) -> None:
        """Note a pair."""
        self._found.setdefault(resource, {})[same_id(source)] = target

    def find(self, resource: str, source: str) -> str | None:
        """Give the target's key, or None; what was merged into another record has that one's."""
        found, key = self._found.get(resource, {}), same_id(source)
        survivor = self._found.get(f"{resource}{FOLLOWS}", {}).get(key, "")
        return found.get(key) or found.get(same_id(survivor))

    def need(self, resource: str, source: str) -> str:
        """Give the target's key; raises NotMapped."""
        found = self.find(resource, source)
        if found is None:
            raise NotMapped(resource, source)
        return found

    def known(self, resource: str) -> Mapping[str, str]:
        """Give all pairs of one resource; the source's ids as `same_id` spells them."""
        return self._found.get(resource, {})

    def targets(self) -> frozenset[str]:
        """Give every key of the target, over all resources, as `same_id` spells them."""
        return frozenset(same_id(target) for pairs in self._found.values() for target in pairs.values())


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing learnt from an answer of Xero, to be added to the id map."""

    resource: str
    source: str
    target: str


Payload = Callable[[Step, Mapping[str, Any], IdMap], Json]
Planner = Callable[["Ground"], Iterator[Step]]
Likeness = Callable[[Mapping[str, Any]], Hashable]
Learn = Callable[[Step, Mapping[str, Any], Mapping[str, Any]], Iterable[Pair]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """How to find out whether a write of unknown outcome happened: re-read, compare likenesses.

    `likeness` gives the same value for what was sent and for what Xero then returns for it (normalise dates,
    numbers and case), and as rarely as possible the same for two different records. `params` belong to the
    read of `path`; `by_time` reads only what changed since the write was sent (If-Modified-Since).
    A collection that the read does not answer with is looked for inside the records it does (allocations are
    listed only inside their credit).
    """

    path: str
    collection: str
    likeness: Likeness
    params: Mapping[str, str] = field(default_factory=dict)
    by_time: bool = False
    paged: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A kind that sends a file of the copy instead of its payload, one a call.

    `contents` is the resource that holds it, under the record's id. The payload tells FileName, MimeType,
    ContentLength and, where it is true, IncludeOnline; the name stands in the path as `{name}`.
    """

    contents: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of write: what is planned, what is sent where, and what is learnt from the answer.

    `path` may hold `{parent}`, replaced by the target id of `Step.parent` in `parent_resource`, and `{id}`,
    replaced by the target id of the record itself (an update); such writes go one parent at a time. With
    `collection` "" the element itself is the body. `one_by_one` are endpoints whose batch stands or falls
    as a whole: summarizeErrors is unknown to them. `may_be_refused`: Xero grants this write to some only, and
    a 403 is an outcome in its words, not the end of the restore.
    """

    key: str
    resource: str  # catalogue key of the source's record
    title: str  # for people, plural: "Invoices"
    stage: int
    verb: str  # "PUT" | "POST" | "PATCH" | "DELETE"
    path: str
    collection: str
    id_field: str
    plan: Planner
    payload: Payload
    write_scope: str
    batch: int = MAX_BATCH
    params: Mapping[str, str] = field(default_factory=lambda: {"summarizeErrors": "false"})
    parent_resource: str = ""
    learn: Learn | None = None  # None: the record's own id only
    settle: Settle | None = None  # None: sending it again does no harm
    reasons: tuple[Reason, ...] = ()
    may_be_refused: bool = False
    upload: Upload | None = None
    area: Area = Area.ACCOUNTING  # which of Xero's APIs `path` and `settle` belong to


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole plan: every step in the order of execution."""

    steps: tuple[Step, ...]
    fingerprint: str
