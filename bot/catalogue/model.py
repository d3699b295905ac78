"""The words of the catalogue: what one entry says about one kind of data. Values only; knows nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Area(StrEnum):
    """Which of Xero's APIs a resource belongs to; `base_path` is its path below the API's base address."""

    ACCOUNTING = "api.xro/2.0"
    FILES = "files.xro/1.0"
    ASSETS = "assets.xro/1.0"
    PROJECTS = "projects.xro/2.0"
    PAYROLL_AU = "payroll.xro/1.0"
    PAYROLL_UK = "payroll.xro/2.0/uk"
    PAYROLL_NZ = "payroll.xro/2.0/nz"

    @property
    def base_path(self) -> str:
        """Give the path below the API's base address; the payrolls of the UK and New Zealand share one."""
        return self.value.removesuffix("/uk").removesuffix("/nz")


class Paging(StrEnum):
    """How a collection is handed out (Xero OpenAPI 16.1.0)."""

    SIZED = "page+pageSize"  # up to 1000 a page, `pagination` in the answer
    FIXED = "page"  # 100 a page, no `pagination`: read until an empty page or a short one
    WHOLE = "whole"  # everything at once
    OFFSET = "offset"  # Journals: by JournalNumber, a short page is not the end
    ONE = "one"  # a single object, no list
    PER_PARENT = "per parent"  # one call for each record of `Read.parent`
    REPORT = "report"  # one call per report and date


class Reading(StrEnum):
    """Does a backup read it?"""

    READ = "read"
    NOT_YET = "not yet"  # Xero offers it, Ledgerkeep does not read it yet; always said as a gap
    OPT_IN = "opt-in"  # needs scopes that are only asked for on request
    NEVER = "never"  # partner-gated or without use for a copy


class Rhythm(StrEnum):
    """How often a backup asks for it again."""

    NIGHTLY = "nightly"
    WEEKLY = "weekly"  # a small list that hardly ever changes: read when everything is looked at in full
    FILLED = "filled"  # one call or more for each record: newest first, within the calls a night may use


class RestoreRule(StrEnum):
    """How a record comes back in another organisation."""

    CREATE = "create"
    MATCH = "match"  # exists in every organisation; matched, then adjusted
    ALLOCATE = "allocate"  # recreated as an allocation or link between others
    DERIVED = "derived"  # follows by itself from other records
    DRAFT = "draft"  # comes back as a draft a person must finish
    EVIDENCE = "evidence"  # kept as evidence, re-entered by hand
    NEVER = "never"


class LedgerEffect(StrEnum):
    """Does it move balances?"""

    NONE = "none"
    POSTS = "posts"  # each record posts to the ledger
    PARTLY = "partly"  # some of it posts, or posts through other records
    OUTSIDE = "outside"  # posts to the ledger but cannot be read or rebuilt


class ReasonClass(StrEnum):
    """Why something is not covered; the value is what people read."""

    API_HAS_NONE = "Xero's API has none"
    APP_TIER = "app tier"
    SCOPE_NOT_GRANTED = "scope not granted"
    SWITCHED_OFF = "switched off"
    NOT_YET_READ = "not read by Ledgerkeep yet"
    FAILED_LAST_TIME = "failed last time"
    CHANGED_ON_RESTORE = "comes back changed"
    NOT_RESTORABLE = "cannot be written back"
    WAITING = "waits for its turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caveat:
    """One sentence a person must hear, with why, and what to do instead.

    `ledger` says whether balances differ by it; of what is not read, the resource's own `ledger` says that.
    """

    sentence: str
    reason: ReasonClass
    instead: str = ""
    source: str = ""
    weight: int = 50  # orders worst first (1 is worst), as `Missing.weight` does
    countries: tuple[str, ...] = ()  # ISO codes as in Organisation.CountryCode; empty: everywhere
    ledger: LedgerEffect = LedgerEffect.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirk:
    """Behaviour of Xero that a reader of the code would not expect; `source` says who reported it."""

    fact: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates a call must carry: one name for "as at", two for "from" and "to" (ISO dates, both included).

    As at: today and the last day of each of the `month_ends` months before this one, one call each; with
    `years`, the number of this year and of those before it instead, so many in all, one call each.
    From and to: from `days_before` days before today until `days_after` days after it, one call.
    """

    names: tuple[str, ...]
    month_ends: int = 0
    years: int = 0
    days_before: int = 0
    days_after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """How one collection is read.

    `path` is below the area's base address. With a `parent` it, or a value of `params`, holds `{id}`,
    replaced by the id of each record of `parent`; a `page_size` then means that each such answer is paged
    too. PER_PARENT with an empty `parent` also holds `{parent}`, replaced by the path of every resource
    that names this one among its `children`.

    `collection` is the JSON key of the list in the answer; "" means the answer itself is the list or the
    object. `id_field` names the record's id; "" means there is only one, and the resource's key (per
    parent: the parent's id) stands for it; a report's id is its name and date. `only_parents_with` names
    a field of the parent that must be true. Any one of `scopes` allows reading; the first is the one we
    ask for.
    """

    path: str
    collection: str
    id_field: str
    paging: Paging
    scopes: tuple[str, ...]
    page_size: int = 0
    modified_since: bool = False
    order: str = ""
    params: tuple[tuple[str, str], ...] = ()
    parent: str = ""
    only_parents_with: str = ""
    status_field: str = ""
    updated_field: str = ""
    dates: Dates | None = None
    passes: tuple[tuple[str, str], ...] = ()  # the whole collection is read once with each of these
    id_within_parent: bool = False  # `id_field` is unique below one parent only: the record's id says both
    accept: str = "application/json"  # anything else: the answer is a file, kept as it comes
    not_found_is_none: bool = (
        False  # 404 where it was never switched on: then there is none, and none is amiss
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """How a resource comes back, in one rule and one sentence."""

    rule: RestoreRule
    comes_back: str
    write_scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One kind of data in Xero, complete: reading, order, restore, ledger, what people must hear.

    `key` is Xero's own collection name in snake case and, unless `exported_as` says otherwise, the name of
    the exported file. `needs` are keys that must exist before this one can be written; `children` are keys
    of resources read once per record of it.
    """

    key: str
    title: str
    area: Area
    reading: Reading
    restore: Restore
    ledger: LedgerEffect
    read: Read | None = None
    needs: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    quirks: tuple[Quirk, ...] = ()
    caveats: tuple[Caveat, ...] = ()
    countries: tuple[str, ...] = ()  # as in Caveat; then each of its caveats names them, too
    rhythm: Rhythm = Rhythm.NIGHTLY
    group: str = ""  # what people call several resources together: "Payroll (UK)"
    exported_as: str = ""
    retired: str = ""  # "Feb 2027": Xero takes it away then; a 404 or 410 afterwards is no failure

    @property
    def file_stem(self) -> str:
        """Name the exported file, without its ending."""
        return self.exported_as or self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something people keep in Xero that its API does not offer; `weight` orders worst first (1 is worst)."""

    key: str
    title: str
    sentence: str
    reason: ReasonClass
    ledger: LedgerEffect
    instead: str
    source: str
    weight: int = 50
    countries: tuple[str, ...] = ()  # as in Caveat


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeLimit:
    """A size above which a restore is known to run into trouble.

    `counts` are the resources whose records add up to it; empty: it is counted under its own key.
    """

    key: str
    title: str
    limit: int
    counts: tuple[str, ...] = field(default_factory=tuple)
